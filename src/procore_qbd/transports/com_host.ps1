# Holds QuickBooks' request processor for a program with another number of bits, and calls it line by line: see
# com_host.py. Windows PowerShell 5.1, 32 bits, -STA. The automatic variable for what is piped in must not be named
# anywhere in this file: PowerShell would read standard input itself.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$utf8 = New-Object System.Text.UTF8Encoding($false)
$reader = New-Object System.IO.StreamReader([Console]::OpenStandardInput(), [System.Text.Encoding]::ASCII)
$writer = New-Object System.IO.StreamWriter([Console]::OpenStandardOutput(), [System.Text.Encoding]::ASCII)
$writer.NewLine = "`n"
$writer.AutoFlush = $true

$method = [System.Reflection.BindingFlags]::InvokeMethod
$property = [System.Reflection.BindingFlags]::GetProperty

function ConvertFrom-Word([string]$word) {
    return $utf8.GetString([Convert]::FromBase64String($word))
}

function ConvertTo-Word([string]$text) {
    return [Convert]::ToBase64String($utf8.GetBytes($text))
}

function Send-Answer([string]$number, [string]$word, [object[]]$texts) {
    $line = $number + ' ' + $word
    foreach ($text in $texts) { $line = $line + ' ' + (ConvertTo-Word ([string]$text)) }
    $writer.WriteLine($line)
}

function Invoke-Member($target, [string]$name, [System.Reflection.BindingFlags]$kind, [object[]]$arguments) {
    return $target.GetType().InvokeMember($name, $kind, $null, $target, $arguments)
}

function New-Processor {
    $type = [Type]::GetTypeFromProgID('QBXMLRP2.RequestProcessor', $true)
    return [Activator]::CreateInstance($type)
}

function Set-Preferences($processor, [int]$unattended, [int]$personalData, [bool]$readOnly, [int]$flags) {
    $preferences = Invoke-Member $processor 'AuthPreferences' $property @()
    $null = Invoke-Member $preferences 'PutUnattendedModePref' $method @([int]$unattended)
    $null = Invoke-Member $preferences 'PutPersonalDataPref' $method @([int]$personalData)
    $null = Invoke-Member $preferences 'PutIsReadOnly' $method @([bool]$readOnly)
    if ($flags -ne 0) { $null = Invoke-Member $preferences 'PutAuthFlags' $method @([int]$flags) }
}

$processor = $null
$isConnected = $false
$ticket = $null
try {
    while ($true) {
        $reading = $reader.ReadLineAsync()
        while (-not $reading.Wait(100)) { }  # a thread of an apartment that waits takes COM's messages meanwhile
        $line = $reading.Result
        if ($null -eq $line) { break }
        $words = $line.Split([char]' ')
        $number = $words[0]
        try {
            $texts = @()
            for ($at = 2; $at -lt $words.Length; $at++) { $texts += [string](ConvertFrom-Word $words[$at]) }
            $answer = @()
            switch ($words[1]) {
                'make' {
                    $processor = $null
                    $processor = New-Processor
                }
                'open' {
                    $arguments = @([string]$texts[0], [string]$texts[1], [int]$texts[2])
                    $null = Invoke-Member $processor 'OpenConnection2' $method $arguments
                    $isConnected = $true
                }
                'begin' {
                    if ($texts[2] -eq '1') {
                        Set-Preferences $processor ([int]$texts[3]) ([int]$texts[4]) ($texts[5] -eq '1') ([int]$texts[6])
                    }
                    $arguments = @([string]$texts[0], [int]$texts[1])
                    $ticket = [string](Invoke-Member $processor 'BeginSession' $method $arguments)
                    $answer = @($ticket)
                }
                'name' {
                    $answer = @(Invoke-Member $processor 'GetCurrentCompanyFileName' $method @([string]$texts[0]))
                }
                'versions' {
                    $answer = @(Invoke-Member $processor 'QBXMLVersionsForSession' $property @([string]$texts[0]))
                }
                'process' {
                    $arguments = @([string]$texts[0], [string]$texts[1])
                    $answer = @([string](Invoke-Member $processor 'ProcessRequest' $method $arguments))
                }
                'end' {
                    $ticket = $null
                    $null = Invoke-Member $processor 'EndSession' $method @([string]$texts[0])
                }
                'close' {
                    $isConnected = $false
                    $null = Invoke-Member $processor 'CloseConnection' $method @()
                }
                default { throw 'a word that is none of the protocol' }
            }
            Send-Answer $number 'ok' $answer
        } catch {
            $cause = $_.Exception.GetBaseException()
            Send-Answer $number 'failed' @(('{0:X8}' -f $cause.HResult), $cause.Message)
        }
    }
} finally {
    # The program is gone, or this failed: QuickBooks must not keep a session that nobody has.
    if ($null -ne $ticket) {
        try { $null = Invoke-Member $processor 'EndSession' $method @([string]$ticket) } catch { }
    }
    if ($isConnected) {
        try { $null = Invoke-Member $processor 'CloseConnection' $method @() } catch { }
    }
}
