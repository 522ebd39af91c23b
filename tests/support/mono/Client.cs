// Makes calls with the proxy that `wsdl` made, one for each line that comes in, and writes a line about each answer.
//
// A line in: the name of the call, and its arguments in their order; a line out: of which kind the answer is, and what it
// is. Between them are tabs. Every text is base64 of UTF-8, and `-` is null.

using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using System.Text;
using System.Web.Services.Protocols;

static class Client
{
    static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

    static void Main(string[] arguments)
    {
        var proxy = new QBWebConnectorSvc { Url = arguments[0] };
        var lines = new StreamReader(Console.OpenStandardInput(), Utf8);
        var answers = new StreamWriter(Console.OpenStandardOutput(), Utf8) { AutoFlush = true };
        for (string line; (line = lines.ReadLine()) != null;)
        {
            answers.WriteLine(Answered(proxy, line.Split('\t')));
        }
    }

    static string Answered(QBWebConnectorSvc proxy, string[] words)
    {
        MethodInfo method = typeof(QBWebConnectorSvc).GetMethod(words[0]);
        try
        {
            return Written(method.Invoke(proxy, method.GetParameters().Zip(words.Skip(1), Argument).ToArray()));
        }
        catch (TargetInvocationException raised)
        {
            Exception error = raised.InnerException;
            string kind = error is SoapException ? "fault" : error is WebException ? "web" : error.GetType().Name;
            string message = error is SoapException ? error.Message : error.Message + " " + error.InnerException?.Message;
            return "raised\t" + kind + "\t" + Coded(message.Trim());
        }
    }

    static object Argument(ParameterInfo parameter, string word)
    {
        string text = word == "-" ? null : Utf8.GetString(Convert.FromBase64String(word));
        return parameter.ParameterType == typeof(int) ? int.Parse(text) : (object)text;
    }

    static string Written(object answer)
    {
        if (answer is int number)
        {
            return "number\t" + number;
        }
        if (answer is string[] texts)
        {
            return string.Join("\t", new[] { "texts" }.Concat(texts.Select(Coded)));
        }
        return "text\t" + Coded((string)answer);
    }

    static string Coded(string text)
    {
        return text == null ? "-" : Convert.ToBase64String(Utf8.GetBytes(text));
    }
}
