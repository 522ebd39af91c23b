"""Employees, and how they are paid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.entities._shared import (
    US,
    AdditionalContact,
    AdditionalNote,
    CustomField,
    ListQuery,
    list_choices,
)
from procore_qbd.qbxml.records import Block, OneOf, Record, Ref, Reference, record
from procore_qbd.qbxml.values import (
    ADD,
    MOD,
    ONLINE,
    QUERY,
    RET,
    Amount,
    Choice,
    Day,
    Guid,
    Id,
    Integer,
    Moment,
    Percent,
    Price,
    Text,
    TimeInterval,
    When,
    YesNo,
)

__all__ = [
    "AccrualPeriod",
    "AccruedHours",
    "BankAccountType",
    "DirectDepositAccount",
    "Earnings",
    "EmergencyContact",
    "EmergencyContacts",
    "Employee",
    "EmployeeAddress",
    "EmployeePayrollInfo",
    "EmployeeQuery",
    "EmployeeTax",
    "EmployeeTaxInfo",
    "EmployeeType",
    "Ethnicity",
    "Exemption",
    "Gender",
    "MilitaryStatus",
    "NonEarnings",
    "PartOrFullTime",
    "PayPeriod",
    "Relation",
    "TaxInfo",
    "TimeDataUse",
    "YesOrNo",
]


class AccrualPeriod(StrEnum):
    """How often hours are earned."""

    BEGINNING_OF_YEAR = "BeginningOfYear"
    EVERY_HOUR_ON_PAYCHECK = "EveryHourOnPaycheck"
    EVERY_PAYCHECK = "EveryPaycheck"


class BankAccountType(StrEnum):
    """What kind of account pay goes to."""

    CHECKING = "Checking"
    SAVINGS = "Savings"


class EmployeeType(StrEnum):
    """What an employee is to payroll."""

    OFFICER = "Officer"
    OWNER = "Owner"
    REGULAR = "Regular"
    STATUTORY = "Statutory"


class Ethnicity(StrEnum):
    """What an employee says of descent; the first word is misspelt on the wire."""

    AMERICAN_INDIAN = "AmericianIndian"
    ASIAN = "Asian"
    BLACK = "Black"
    HAWAIIAN = "Hawaiian"
    HISPANIC = "Hispanic"
    WHITE = "White"
    TWO_OR_MORE_RACES = "TwoOrMoreRaces"


class Exemption(StrEnum):
    """Whether overtime is paid."""

    EXEMPT = "Exempt"
    NON_EXEMPT = "NonExempt"


class Gender(StrEnum):
    """Man or woman."""

    MALE = "Male"
    FEMALE = "Female"


class MilitaryStatus(StrEnum):
    """Whether an employee serves."""

    ACTIVE = "Active"
    RESERVE = "Reserve"


class PartOrFullTime(StrEnum):
    """Whether an employee works part of the time or all of it."""

    PART_TIME = "PartTime"
    FULL_TIME = "FullTime"


class PayPeriod(StrEnum):
    """How often an employee is paid."""

    DAILY = "Daily"
    WEEKLY = "Weekly"
    BIWEEKLY = "Biweekly"
    SEMIMONTHLY = "Semimonthly"
    MONTHLY = "Monthly"
    QUARTERLY = "Quarterly"
    YEARLY = "Yearly"


class Relation(StrEnum):
    """What somebody is to an employee."""

    SPOUSE = "Spouse"
    PARTNER = "Partner"
    MOTHER = "Mother"
    FATHER = "Father"
    SISTER = "Sister"
    BROTHER = "Brother"
    SON = "Son"
    DAUGHTER = "Daughter"
    FRIEND = "Friend"
    OTHER = "Other"


class TimeDataUse(StrEnum):
    """Whether paychecks are reckoned from the hours worked."""

    NOT_SET = "NotSet"
    USE_TIME_DATA = "UseTimeData"
    DO_NOT_USE_TIME_DATA = "DoNotUseTimeData"


class YesOrNo(StrEnum):
    """A question that may be left open; QuickBooks has words for it here."""

    YES = "Yes"
    NO = "No"


@record()
@attrs.frozen(kw_only=True, slots=False)
class EmployeeAddress(Record):
    """Where an employee lives: two lines, city, state and postal code."""

    addr1: Annotated[str | None, Text("Addr1", 41)] = None
    addr2: Annotated[str | None, Text("Addr2", 41)] = None
    addr3: Annotated[str | None, Text("Addr3", editions=ONLINE)] = None
    addr4: Annotated[str | None, Text("Addr4", editions=ONLINE)] = None
    city: Annotated[str | None, Text("City", 31)] = None
    state: Annotated[str | None, Text("State", 21)] = None
    postal_code: Annotated[str | None, Text("PostalCode", 13)] = None
    country: Annotated[str | None, Text("Country", editions=ONLINE)] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class EmergencyContact(Record):
    """Whom to call, and how."""

    contact_name: Annotated[str | None, Text("ContactName", 40, required=ADD | MOD)] = None
    contact_value: Annotated[str | None, Text("ContactValue", 255, required=ADD | MOD)] = None
    relation: Annotated[Relation | str | None, Choice("Relation", Relation)] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class EmergencyContacts(Record):
    """Whom to call first, and whom then."""

    primary_contact: Annotated[EmergencyContact | None, Block("PrimaryContact")] = None
    secondary_contact: Annotated[EmergencyContact | None, Block("SecondaryContact")] = None


# --- pay -------------------------------------------------------------------------------------------------------------


@record(choices=(OneOf.of("rate", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class Earnings(Record):
    """What an employee earns by one payroll item."""

    payroll_item_wage_ref: Annotated[Ref | None, Reference("PayrollItemWageRef", 31, required=ADD | MOD)] = None
    rate: Annotated[Decimal | None, Price("Rate")] = None
    rate_percent: Annotated[Decimal | None, Percent("RatePercent")] = None


@record(choices=(OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class NonEarnings(Record):
    """What is added to pay or taken from it by one payroll item, up to a limit."""

    payroll_item_non_wage_ref: Annotated[Ref | None, Reference("PayrollItemNonWageRef", 31, required=ADD | MOD)] = None
    amount: Annotated[Decimal | None, Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, Percent("RatePercent")] = None
    limit: Annotated[Decimal | None, Amount("Limit")] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class AccruedHours(Record):
    """Hours of sick leave or vacation: how they are earned, and how many are left."""

    hours_available: Annotated[dt.timedelta | None, TimeInterval("HoursAvailable")] = None
    accrual_period: Annotated[AccrualPeriod | str | None, Choice("AccrualPeriod", AccrualPeriod)] = None
    hours_accrued: Annotated[dt.timedelta | None, TimeInterval("HoursAccrued")] = None
    maximum_hours: Annotated[dt.timedelta | None, TimeInterval("MaximumHours")] = None
    is_resetting_hours_each_new_year: Annotated[bool | None, YesNo("IsResettingHoursEachNewYear")] = None
    hours_used: Annotated[dt.timedelta | None, TimeInterval("HoursUsed", since="5.0")] = None
    year_begins_date: Annotated[dt.date | None, Day("YearBeginsDate", since="9.0", until="12.0")] = None
    accrual_start_date: Annotated[dt.date | None, Day("AccrualStartDate", since="5.0")] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class TaxInfo(Record):
    """One thing that a tax asks of an employee, the filing status for instance."""

    tax_info_category: Annotated[str | None, Text("TaxInfoCategory", 100, required=ADD | MOD)] = None
    tax_info_value: Annotated[str | None, Text("TaxInfoValue", required=ADD | MOD)] = None


@record()
@attrs.frozen(kw_only=True, slots=False)
class EmployeeTax(Record):
    """A tax that is withheld, or not."""

    is_subject_to_tax: Annotated[bool | None, YesNo("IsSubjectToTax")] = None
    payroll_item_tax_ref: Annotated[Ref | None, Reference("PayrollItemTaxRef", 31, required=ADD | MOD)] = None
    tax_law_version: Annotated[int | None, Integer("TaxLawVersion")] = None
    tax_infos: Annotated[tuple[TaxInfo, ...], Block("TaxInfo")] = ()


@record()
@attrs.frozen(kw_only=True, slots=False)
class EmployeeTaxInfo(Record):
    """How an employee's pay is taxed."""

    state_lived: Annotated[str | None, Text("StateLived", 21)] = None
    state_worked: Annotated[str | None, Text("StateWorked", 21)] = None
    is_standard_taxation_required: Annotated[bool | None, YesNo("IsStandardTaxationRequired")] = None
    employee_taxes: Annotated[tuple[EmployeeTax, ...], Block("EmployeeTax")] = ()


@record(choices=(OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class DirectDepositAccount(Record):
    """A bank account that some of the pay goes to."""

    amount: Annotated[Decimal | None, Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, Percent("RatePercent")] = None
    bank_name: Annotated[str | None, Text("BankName", 31, required=ADD | MOD)] = None
    routing_number: Annotated[str | None, Text("RoutingNumber", 9, required=ADD | MOD)] = None
    account_number: Annotated[str | None, Text("AccountNumber", 25, required=ADD | MOD, secret=True)] = attrs.field(default=None, repr=False)
    bank_account_type: Annotated[BankAccountType | str | None, Choice("BankAccountType", BankAccountType, required=ADD | MOD)] = None


@record(
    choices=(
        OneOf.of("clear_earnings", "earnings"),
        OneOf.of("clear_non_earnings", "non_earnings"),
        OneOf.of("clear_direct_deposit_accounts", "direct_deposit_accounts"),
    )
)
@attrs.frozen(kw_only=True, slots=False)
class EmployeePayrollInfo(Record):
    """How an employee is paid; a Mod names all earnings anew, or clears them.

    Taxes, deductions and direct deposit were there in qbXML 9.0 to 12.0 only.
    """

    is_covered_by_qualified_pension_plan: Annotated[bool | None, YesNo("IsCoveredByQualifiedPensionPlan", since="9.0", until="12.0")] = None
    pay_period: Annotated[PayPeriod | str | None, Choice("PayPeriod", PayPeriod)] = None
    pay_schedule_ref: Annotated[Ref | None, Reference("PayScheduleRef", 31, since="9.0", until="12.0")] = None
    class_ref: Annotated[Ref | None, Reference("ClassRef", 159)] = None
    clear_earnings: Annotated[bool | None, YesNo("ClearEarnings", later={ADD | RET: "5.0"})] = None
    earnings: Annotated[tuple[Earnings, ...], Block("Earnings")] = ()
    clear_non_earnings: Annotated[bool | None, YesNo("ClearNonEarnings", since="9.0", until="12.0")] = None
    non_earnings: Annotated[tuple[NonEarnings, ...], Block("NonEarnings", since="9.0", until="12.0")] = ()
    is_using_time_data_to_create_paychecks: Annotated[bool | None, YesNo("IsUsingTimeDataToCreatePaychecks", until="4.1")] = None
    use_time_data_to_create_paychecks: Annotated[TimeDataUse | str | None, Choice("UseTimeDataToCreatePaychecks", TimeDataUse, since="3.0")] = None
    sick_hours: Annotated[AccruedHours | None, Block("SickHours")] = None
    vacation_hours: Annotated[AccruedHours | None, Block("VacationHours")] = None
    employee_tax_info: Annotated[EmployeeTaxInfo | None, Block("EmployeeTaxInfo", since="9.0", until="12.0")] = None
    workers_comp_code_ref: Annotated[Ref | None, Reference("WorkersCompCodeRef", 13, since="9.0", until="12.0")] = None
    clear_direct_deposit_accounts: Annotated[bool | None, YesNo("ClearDirectDepositAccounts", shapes=MOD, since="9.0", until="12.0")] = None
    direct_deposit_accounts: Annotated[tuple[DirectDepositAccount, ...], Block("EmployeeDirectDepositAccount", since="9.0", until="12.0")] = ()


# --- the employee ----------------------------------------------------------------------------------------------------


@record("Employee", shapes=ADD | MOD | RET)
@attrs.frozen(kw_only=True, slots=False)
class Employee(Record):
    """An employee, whose name QuickBooks makes of the first, middle and last name.

    The name shares one name space with those of customers, vendors and other names.
    """

    list_id: Annotated[str | None, Id("ListID", shapes=MOD | RET, required=MOD)] = None
    time_created: Annotated[Moment | None, When("TimeCreated", shapes=RET)] = None
    time_modified: Annotated[Moment | None, When("TimeModified", shapes=RET)] = None
    edit_sequence: Annotated[str | None, Text("EditSequence", 16, shapes=MOD | RET, required=MOD)] = None
    name: Annotated[str | None, Text("Name", 41, colon=False, online=ADD | MOD)] = None
    is_active: Annotated[bool | None, YesNo("IsActive", later={MOD: "3.0"})] = None
    salutation: Annotated[str | None, Text("Salutation", 15)] = None
    first_name: Annotated[str | None, Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, Text("LastName", 25)] = None
    suffix: Annotated[str | None, Text("Suffix", editions=ONLINE)] = None
    job_title: Annotated[str | None, Text("JobTitle", 41, since="12.0")] = None
    supervisor_ref: Annotated[Ref | None, Reference("SupervisorRef", 209, since="13.0", editions=US, to=("Employee",))] = None
    department: Annotated[str | None, Text("Department", 31, since="13.0", editions=US)] = None
    description: Annotated[str | None, Text("Description", 64, since="13.0", editions=US)] = None
    target_bonus: Annotated[Decimal | None, Amount("TargetBonus", since="13.0")] = None
    employee_address: Annotated[EmployeeAddress | None, Block("EmployeeAddress")] = None
    print_as: Annotated[str | None, Text("PrintAs", 41)] = None
    phone: Annotated[str | None, Text("Phone", 21)] = None
    mobile: Annotated[str | None, Text("Mobile", 21, since="2.1")] = None
    pager: Annotated[str | None, Text("Pager", 21, since="2.1")] = None
    pager_pin: Annotated[str | None, Text("PagerPIN", 10, since="2.1")] = None
    alt_phone: Annotated[str | None, Text("AltPhone", 21)] = None
    fax: Annotated[str | None, Text("Fax", 21, since="2.1")] = None
    ssn: Annotated[str | None, Text("SSN", 15, shapes=ADD | RET, secret=True)] = attrs.field(default=None, repr=False)
    email: Annotated[str | None, Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    additional_contacts: Annotated[tuple[AdditionalContact, ...], Block("AdditionalContactRef", since="12.0", at_most=8)] = ()
    emergency_contacts: Annotated[EmergencyContacts | None, Block("EmergencyContacts", since="13.0", editions=US)] = None
    employee_type: Annotated[EmployeeType | str | None, Choice("EmployeeType", EmployeeType, later={MOD: "9.0"})] = None
    part_or_full_time: Annotated[PartOrFullTime | str | None, Choice("PartOrFullTime", PartOrFullTime, since="13.0", editions=US)] = None
    exempt: Annotated[Exemption | str | None, Choice("Exempt", Exemption, since="13.0", editions=US)] = None
    key_employee: Annotated[YesOrNo | str | None, Choice("KeyEmployee", YesOrNo, since="13.0", editions=US)] = None
    gender: Annotated[Gender | str | None, Choice("Gender", Gender, shapes=ADD | RET)] = None
    hired_date: Annotated[dt.date | None, Day("HiredDate", later={MOD: "9.0"})] = None
    original_hire_date: Annotated[dt.date | None, Day("OriginalHireDate", since="13.0", editions=US)] = None
    adjusted_service_date: Annotated[dt.date | None, Day("AdjustedServiceDate", since="13.0", editions=US)] = None
    released_date: Annotated[dt.date | None, Day("ReleasedDate", later={MOD: "9.0"})] = None
    birth_date: Annotated[dt.date | None, Day("BirthDate", since="2.0")] = None
    us_citizen: Annotated[YesOrNo | str | None, Choice("USCitizen", YesOrNo, since="13.0", editions=US)] = None
    ethnicity: Annotated[Ethnicity | str | None, Choice("Ethnicity", Ethnicity, since="13.0", editions=US)] = None
    disabled: Annotated[YesOrNo | str | None, Choice("Disabled", YesOrNo, since="13.0", editions=US)] = None
    disability_desc: Annotated[str | None, Text("DisabilityDesc", 25, since="13.0", editions=US)] = None
    on_file: Annotated[YesOrNo | str | None, Choice("OnFile", YesOrNo, since="13.0", editions=US)] = None
    work_auth_expire_date: Annotated[dt.date | None, Day("WorkAuthExpireDate", since="13.0", editions=US)] = None
    us_veteran: Annotated[YesOrNo | str | None, Choice("USVeteran", YesOrNo, since="13.0", editions=US)] = None
    military_status: Annotated[MilitaryStatus | str | None, Choice("MilitaryStatus", MilitaryStatus, since="13.0", editions=US)] = None
    account_number: Annotated[str | None, Text("AccountNumber", 99)] = None
    notes: Annotated[str | None, Text("Notes", 4095, since="2.1", later={ADD | MOD: "3.0"})] = None
    additional_notes: Annotated[tuple[AdditionalNote, ...], Block("AdditionalNotes", since="12.0", suffix={MOD: "Mod", RET: "Ret"})] = ()
    billing_rate_ref: Annotated[Ref | None, Reference("BillingRateRef", 31, since="6.0")] = None
    employee_payroll_info: Annotated[EmployeePayrollInfo | None, Block("EmployeePayrollInfo", since="2.0", suffix={MOD: "Mod"})] = None
    external_guid: Annotated[str | None, Guid("ExternalGUID", shapes=ADD | RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], Block("DataExt", shapes=RET, since="2.0", suffix={RET: "Ret"})] = ()


@record("EmployeeQuery", shapes=QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class EmployeeQuery(ListQuery):
    """Employees by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], Guid("OwnerID", since="2.0")] = ()
