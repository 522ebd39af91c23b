"""Transactions that move money, made in one call."""

from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.credit_memos import CreditMemo, CreditMemoLine
from procore_qbd.qbxml.entities.journal_entries import (
    JournalCreditLine,
    JournalDebitLine,
    JournalEntry,
)
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.simulator.kinds import KINDS
from support.company import say
from support.simulated import (
    D,
    named,
    sold,
)


def paying(*what, vendor="Alder", **more):
    """A check that pays bills."""
    facts = {"payee_entity_ref": named(vendor), "bank_account_ref": named("Checking"), "ref_number": "101"}
    return BillPaymentCheck(**facts | {"applied_to_txns": what} | more)


def received(total, *what, customer="School", **more):
    """A payment of a customer; without anything that it pays it waits."""
    how = {"applied_to_txns": what} if what else {"is_auto_apply": False}
    return ReceivePayment(customer_ref=named(customer), total_amount=D(str(total)), **how | more)


def memo(amount, customer="School"):
    return CreditMemo(customer_ref=named(customer), lines=(sold(cls=CreditMemoLine, rate=amount),))


def journal(*lines, **more):
    """Debits and credits: an account, and an amount that is less than nothing for a credit."""
    made = []
    for account, amount, *whose in lines:
        cls = JournalDebitLine if amount >= 0 else JournalCreditLine
        entity = named(*whose) if whose else None
        made.append(cls(account_ref=named(account), amount=abs(D(str(amount))), entity_ref=entity))
    return JournalEntry(lines=tuple(made), **more)


def refused(company, request, code, note=""):
    """A request is refused, says why, and leaves everything as it was."""
    before = {kind: list(company.records(kind)) for kind in ("Account", "Vendor", "Customer", *KINDS)}
    (outcome,) = say(company, request)
    assert (outcome.code, outcome.ok) == (code, False), (outcome.message, company.last_fault)
    assert note in f"{outcome.message} {company.last_fault}"
    assert {kind: list(company.records(kind)) for kind in before} == before
