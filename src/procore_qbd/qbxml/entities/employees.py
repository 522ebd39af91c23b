"""Employees, and how they are paid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q
from procore_qbd.qbxml.entities.shared.common import (
    US,
    AdditionalContact,
    AdditionalNote,
    CustomField,
    ListQuery,
    list_choices,
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


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class EmployeeAddress(q.Record):
    """Where an employee lives: two lines, city, state and postal code."""

    addr1: Annotated[str | None, q.Text("Addr1", 41)] = None
    addr2: Annotated[str | None, q.Text("Addr2", 41)] = None
    addr3: Annotated[str | None, q.Text("Addr3", editions=q.ONLINE)] = None
    addr4: Annotated[str | None, q.Text("Addr4", editions=q.ONLINE)] = None
    city: Annotated[str | None, q.Text("City", 31)] = None
    state: Annotated[str | None, q.Text("State", 21)] = None
    postal_code: Annotated[str | None, q.Text("PostalCode", 13)] = None
    country: Annotated[str | None, q.Text("Country", editions=q.ONLINE)] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class EmergencyContact(q.Record):
    """Whom to call, and how."""

    contact_name: Annotated[str | None, q.Text("ContactName", 40, required=q.ADD | q.MOD)] = None
    contact_value: Annotated[str | None, q.Text("ContactValue", 255, required=q.ADD | q.MOD)] = None
    relation: Annotated[Relation | str | None, q.Choice("Relation", Relation)] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class EmergencyContacts(q.Record):
    """Whom to call first, and whom then."""

    primary_contact: Annotated[EmergencyContact | None, q.Block("PrimaryContact")] = None
    secondary_contact: Annotated[EmergencyContact | None, q.Block("SecondaryContact")] = None


# --- pay -------------------------------------------------------------------------------------------------------------


@q.record(choices=(q.OneOf.of("rate", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class Earnings(q.Record):
    """What an employee earns by one payroll item."""

    payroll_item_wage_ref: Annotated[q.Ref | None, q.Reference("PayrollItemWageRef", 31, required=q.ADD | q.MOD)] = None
    rate: Annotated[Decimal | None, q.Price("Rate")] = None
    rate_percent: Annotated[Decimal | None, q.Percent("RatePercent")] = None


@q.record(choices=(q.OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class NonEarnings(q.Record):
    """What is added to pay or taken from it by one payroll item, up to a limit."""

    payroll_item_non_wage_ref: Annotated[q.Ref | None, q.Reference("PayrollItemNonWageRef", 31, required=q.ADD | q.MOD)] = None
    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, q.Percent("RatePercent")] = None
    limit: Annotated[Decimal | None, q.Amount("Limit")] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class AccruedHours(q.Record):
    """Hours of sick leave or vacation: how they are earned, and how many are left."""

    hours_available: Annotated[dt.timedelta | None, q.TimeInterval("HoursAvailable")] = None
    accrual_period: Annotated[AccrualPeriod | str | None, q.Choice("AccrualPeriod", AccrualPeriod)] = None
    hours_accrued: Annotated[dt.timedelta | None, q.TimeInterval("HoursAccrued")] = None
    maximum_hours: Annotated[dt.timedelta | None, q.TimeInterval("MaximumHours")] = None
    is_resetting_hours_each_new_year: Annotated[bool | None, q.YesNo("IsResettingHoursEachNewYear")] = None
    hours_used: Annotated[dt.timedelta | None, q.TimeInterval("HoursUsed", since="5.0")] = None
    year_begins_date: Annotated[dt.date | None, q.Day("YearBeginsDate", since="9.0", until="12.0")] = None
    accrual_start_date: Annotated[dt.date | None, q.Day("AccrualStartDate", since="5.0")] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class TaxInfo(q.Record):
    """One thing that a tax asks of an employee, the filing status for instance."""

    tax_info_category: Annotated[str | None, q.Text("TaxInfoCategory", 100, required=q.ADD | q.MOD)] = None
    tax_info_value: Annotated[str | None, q.Text("TaxInfoValue", required=q.ADD | q.MOD)] = None


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class EmployeeTax(q.Record):
    """A tax that is withheld, or not."""

    is_subject_to_tax: Annotated[bool | None, q.YesNo("IsSubjectToTax")] = None
    payroll_item_tax_ref: Annotated[q.Ref | None, q.Reference("PayrollItemTaxRef", 31, required=q.ADD | q.MOD)] = None
    tax_law_version: Annotated[int | None, q.Integer("TaxLawVersion")] = None
    tax_infos: Annotated[tuple[TaxInfo, ...], q.Block("TaxInfo")] = ()


@q.record()
@attrs.frozen(kw_only=True, slots=False)
class EmployeeTaxInfo(q.Record):
    """How an employee's pay is taxed."""

    state_lived: Annotated[str | None, q.Text("StateLived", 21)] = None
    state_worked: Annotated[str | None, q.Text("StateWorked", 21)] = None
    is_standard_taxation_required: Annotated[bool | None, q.YesNo("IsStandardTaxationRequired")] = None
    employee_taxes: Annotated[tuple[EmployeeTax, ...], q.Block("EmployeeTax")] = ()


@q.record(choices=(q.OneOf.of("amount", "rate_percent"),))
@attrs.frozen(kw_only=True, slots=False)
class DirectDepositAccount(q.Record):
    """A bank account that some of the pay goes to."""

    amount: Annotated[Decimal | None, q.Amount("Amount")] = None
    rate_percent: Annotated[Decimal | None, q.Percent("RatePercent")] = None
    bank_name: Annotated[str | None, q.Text("BankName", 31, required=q.ADD | q.MOD)] = None
    routing_number: Annotated[str | None, q.Text("RoutingNumber", 9, required=q.ADD | q.MOD)] = None
    account_number: Annotated[str | None, q.Text("AccountNumber", 25, required=q.ADD | q.MOD, secret=True)] = attrs.field(default=None, repr=False)
    bank_account_type: Annotated[BankAccountType | str | None, q.Choice("BankAccountType", BankAccountType, required=q.ADD | q.MOD)] = None


@q.record(
    choices=(
        q.OneOf.of("clear_earnings", "earnings"),
        q.OneOf.of("clear_non_earnings", "non_earnings"),
        q.OneOf.of("clear_direct_deposit_accounts", "direct_deposit_accounts"),
    )
)
@attrs.frozen(kw_only=True, slots=False)
class EmployeePayrollInfo(q.Record):
    """How an employee is paid; a Mod names all earnings anew, or clears them.

    Taxes, deductions and direct deposit were there in qbXML 9.0 to 12.0 only.
    """

    is_covered_by_qualified_pension_plan: Annotated[bool | None, q.YesNo("IsCoveredByQualifiedPensionPlan", since="9.0", until="12.0")] = None
    pay_period: Annotated[PayPeriod | str | None, q.Choice("PayPeriod", PayPeriod)] = None
    pay_schedule_ref: Annotated[q.Ref | None, q.Reference("PayScheduleRef", 31, since="9.0", until="12.0")] = None
    class_ref: Annotated[q.Ref | None, q.Reference("ClassRef", 159)] = None
    clear_earnings: Annotated[bool | None, q.YesNo("ClearEarnings", later={q.ADD | q.RET: "5.0"})] = None
    earnings: Annotated[tuple[Earnings, ...], q.Block("Earnings")] = ()
    clear_non_earnings: Annotated[bool | None, q.YesNo("ClearNonEarnings", since="9.0", until="12.0")] = None
    non_earnings: Annotated[tuple[NonEarnings, ...], q.Block("NonEarnings", since="9.0", until="12.0")] = ()
    is_using_time_data_to_create_paychecks: Annotated[bool | None, q.YesNo("IsUsingTimeDataToCreatePaychecks", until="4.1")] = None
    use_time_data_to_create_paychecks: Annotated[TimeDataUse | str | None, q.Choice("UseTimeDataToCreatePaychecks", TimeDataUse, since="3.0")] = None
    sick_hours: Annotated[AccruedHours | None, q.Block("SickHours")] = None
    vacation_hours: Annotated[AccruedHours | None, q.Block("VacationHours")] = None
    employee_tax_info: Annotated[EmployeeTaxInfo | None, q.Block("EmployeeTaxInfo", since="9.0", until="12.0")] = None
    workers_comp_code_ref: Annotated[q.Ref | None, q.Reference("WorkersCompCodeRef", 13, since="9.0", until="12.0")] = None
    clear_direct_deposit_accounts: Annotated[bool | None, q.YesNo("ClearDirectDepositAccounts", shapes=q.MOD, since="9.0", until="12.0")] = None
    direct_deposit_accounts: Annotated[tuple[DirectDepositAccount, ...], q.Block("EmployeeDirectDepositAccount", since="9.0", until="12.0")] = ()


# --- the employee ----------------------------------------------------------------------------------------------------


@q.record("Employee", shapes=q.ADD | q.MOD | q.RET)
@attrs.frozen(kw_only=True, slots=False)
class Employee(q.Record):
    """An employee, whose name QuickBooks makes of the first, middle and last name.

    The name shares one name space with those of customers, vendors and other names.
    """

    list_id: Annotated[str | None, q.Id("ListID", shapes=q.MOD | q.RET, required=q.MOD)] = None
    time_created: Annotated[q.Moment | None, q.When("TimeCreated", shapes=q.RET)] = None
    time_modified: Annotated[q.Moment | None, q.When("TimeModified", shapes=q.RET)] = None
    edit_sequence: Annotated[str | None, q.Text("EditSequence", 16, shapes=q.MOD | q.RET, required=q.MOD)] = None
    name: Annotated[str | None, q.Text("Name", 41, colon=False, online=q.ADD | q.MOD)] = None
    is_active: Annotated[bool | None, q.YesNo("IsActive", later={q.MOD: "3.0"})] = None
    salutation: Annotated[str | None, q.Text("Salutation", 15)] = None
    first_name: Annotated[str | None, q.Text("FirstName", 25)] = None
    middle_name: Annotated[str | None, q.Text("MiddleName", 5)] = None
    last_name: Annotated[str | None, q.Text("LastName", 25)] = None
    suffix: Annotated[str | None, q.Text("Suffix", editions=q.ONLINE)] = None
    job_title: Annotated[str | None, q.Text("JobTitle", 41, since="12.0")] = None
    supervisor_ref: Annotated[q.Ref | None, q.Reference("SupervisorRef", 209, since="13.0", editions=US, to=("Employee",))] = None
    department: Annotated[str | None, q.Text("Department", 31, since="13.0", editions=US)] = None
    description: Annotated[str | None, q.Text("Description", 64, since="13.0", editions=US)] = None
    target_bonus: Annotated[Decimal | None, q.Amount("TargetBonus", since="13.0")] = None
    employee_address: Annotated[EmployeeAddress | None, q.Block("EmployeeAddress")] = None
    print_as: Annotated[str | None, q.Text("PrintAs", 41)] = None
    phone: Annotated[str | None, q.Text("Phone", 21)] = None
    mobile: Annotated[str | None, q.Text("Mobile", 21, since="2.1")] = None
    pager: Annotated[str | None, q.Text("Pager", 21, since="2.1")] = None
    pager_pin: Annotated[str | None, q.Text("PagerPIN", 10, since="2.1")] = None
    alt_phone: Annotated[str | None, q.Text("AltPhone", 21)] = None
    fax: Annotated[str | None, q.Text("Fax", 21, since="2.1")] = None
    ssn: Annotated[str | None, q.Text("SSN", 15, shapes=q.ADD | q.RET, secret=True)] = attrs.field(default=None, repr=False)
    email: Annotated[str | None, q.Text("Email", 1023, before={"5.0": {"max": 99}})] = None
    additional_contacts: Annotated[tuple[AdditionalContact, ...], q.Block("AdditionalContactRef", since="12.0", at_most=8)] = ()
    emergency_contacts: Annotated[EmergencyContacts | None, q.Block("EmergencyContacts", since="13.0", editions=US)] = None
    employee_type: Annotated[EmployeeType | str | None, q.Choice("EmployeeType", EmployeeType, later={q.MOD: "9.0"})] = None
    part_or_full_time: Annotated[PartOrFullTime | str | None, q.Choice("PartOrFullTime", PartOrFullTime, since="13.0", editions=US)] = None
    exempt: Annotated[Exemption | str | None, q.Choice("Exempt", Exemption, since="13.0", editions=US)] = None
    key_employee: Annotated[YesOrNo | str | None, q.Choice("KeyEmployee", YesOrNo, since="13.0", editions=US)] = None
    gender: Annotated[Gender | str | None, q.Choice("Gender", Gender, shapes=q.ADD | q.RET)] = None
    hired_date: Annotated[dt.date | None, q.Day("HiredDate", later={q.MOD: "9.0"})] = None
    original_hire_date: Annotated[dt.date | None, q.Day("OriginalHireDate", since="13.0", editions=US)] = None
    adjusted_service_date: Annotated[dt.date | None, q.Day("AdjustedServiceDate", since="13.0", editions=US)] = None
    released_date: Annotated[dt.date | None, q.Day("ReleasedDate", later={q.MOD: "9.0"})] = None
    birth_date: Annotated[dt.date | None, q.Day("BirthDate", since="2.0")] = None
    us_citizen: Annotated[YesOrNo | str | None, q.Choice("USCitizen", YesOrNo, since="13.0", editions=US)] = None
    ethnicity: Annotated[Ethnicity | str | None, q.Choice("Ethnicity", Ethnicity, since="13.0", editions=US)] = None
    disabled: Annotated[YesOrNo | str | None, q.Choice("Disabled", YesOrNo, since="13.0", editions=US)] = None
    disability_desc: Annotated[str | None, q.Text("DisabilityDesc", 25, since="13.0", editions=US)] = None
    on_file: Annotated[YesOrNo | str | None, q.Choice("OnFile", YesOrNo, since="13.0", editions=US)] = None
    work_auth_expire_date: Annotated[dt.date | None, q.Day("WorkAuthExpireDate", since="13.0", editions=US)] = None
    us_veteran: Annotated[YesOrNo | str | None, q.Choice("USVeteran", YesOrNo, since="13.0", editions=US)] = None
    military_status: Annotated[MilitaryStatus | str | None, q.Choice("MilitaryStatus", MilitaryStatus, since="13.0", editions=US)] = None
    account_number: Annotated[str | None, q.Text("AccountNumber", 99)] = None
    notes: Annotated[str | None, q.Text("Notes", 4095, since="2.1", later={q.ADD | q.MOD: "3.0"})] = None
    additional_notes: Annotated[tuple[AdditionalNote, ...], q.Block("AdditionalNotes", since="12.0", suffix={q.MOD: "Mod", q.RET: "Ret"})] = ()
    billing_rate_ref: Annotated[q.Ref | None, q.Reference("BillingRateRef", 31, since="6.0")] = None
    employee_payroll_info: Annotated[EmployeePayrollInfo | None, q.Block("EmployeePayrollInfo", since="2.0", suffix={q.MOD: "Mod"})] = None
    external_guid: Annotated[str | None, q.Guid("ExternalGUID", shapes=q.ADD | q.RET, since="8.0")] = None
    custom_fields: Annotated[tuple[CustomField, ...], q.Block("DataExt", shapes=q.RET, since="2.0", suffix={q.RET: "Ret"})] = ()


@q.record("EmployeeQuery", shapes=q.QUERY, choices=list_choices(), meta_data=True)
@attrs.frozen(kw_only=True, slots=False)
class EmployeeQuery(ListQuery):
    """Employees by id, by name, or by filters; not in pieces."""

    include_ret_elements: Annotated[tuple[str, ...], q.Text("IncludeRetElement", 50, since="4.0")] = ()
    owner_ids: Annotated[tuple[str, ...], q.Guid("OwnerID", since="2.0")] = ()
