"""A storm: the whole system under one clock and one chooser, so that every failure can be played again.

Workers, the line, QuickBooks, people and Procore take turns. Nothing waits and nothing runs beside anything else: each
turn is one step of one of them, and which one, and what befalls it, is a number that a chooser picks; 0 is the usual
course. A worker that dies is never resumed; one that is stopped goes on later, when another has long taken over. A
document on the line may be lost, delivered late (after the next worker has looked), delivered twice, or its reply cut.
QuickBooks may crash in the middle of it, be busy, forget what it should keep. People rename, renumber, edit, void,
delete, merge and make inactive, also between two requests of a document.

After every document that writes and every act of a person an independent reader looks into the company file itself: no
GUID and no mark there twice, nothing born twice. When the faults have ended, the workers get as many drains as they
need, people answer what they are asked, truthfully, and every request must have an end that Procore was told.
"""

from procore_qbd.testing.storm.report import BrokenError, StormReport
from procore_qbd.testing.storm.storm import Storm
from procore_qbd.testing.storm.weather import Weather

__all__ = ["BrokenError", "Storm", "StormReport", "Weather"]
