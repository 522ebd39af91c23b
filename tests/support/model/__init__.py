"""The model check: every state that the driver's protocol can reach, breadth first, against an abstract QuickBooks.

A storm (`procore_qbd.testing.storm`) runs the real driver through some thousand courses of events, picked by dice. A
model check runs a model of the driver through *all* of them, within bounds, and finds the shortest way to what must not
be. What decides is not modelled but used: `decide` and the state tables (`moved`) are those of the journal.

**What is modelled.** One item of one company file. The fence: EditSequence, counter, the document in its notes, epoch.
The record with our GUID: 0, 1 or 2 of them, and whether one was deleted. What QuickBooks remembers of replies. The
journal's rows of that item, its claim and its token. Two workers, each at one place of the driver's steps, with what it
has in its memory. The line: copies that are lost, doubled, and come however late. People, who delete, answer after they
looked, open another file, restore a backup, delete the fence, and let a frozen file go on.

**What is left out, and why nothing is missed by it.**

- *Time.* A lease runs out, a sender gives up and a reply is forgotten at any moment: more can happen than in any time.
  Two things do take their time. Who has waited as long as a document may take knows that QuickBooks has ended what it
  had *begun* before; of what is on its way it knows nothing (see ``World.held``). And a second may go by, or not.
- *A worker's death.* It is one that is overtaken. Who was overtaken and has nothing in its hand but a question or a
  commit is dropped at once: its next commit is refused. Who has a document in its hand is kept, and may send it at any
  time: it is stopped without a bound.
- *The other items of a document.* Each effect is decided by itself. That a document breaks off before this one is a
  reply here ("not tried"), or QuickBooks' death in the middle.
- *The flow.* It never looks by itself; whenever the journal says "not done", it writes again. Real flows look more.
- *Reads that get no answer.* The driver ends then, as if it died.
- *A second copy of the fence's file* is a backup that was restored. The other file has nothing of ours in it.

**What is checked, in each state.** No two living records with one GUID. None that is made again after a person deleted
it, unless a person said so. No move that the journal refuses to who holds the claim. And from each state *the calm*, in
which no fault happens any more and every copy still comes, leads to an end: done and there, refused and not there, a
person is asked, or the file is frozen.

**How to read it**: `state` (what a state consists of), `quickbooks`, `driver` and `environment` (what leads from one to
the next: a table each), `exploring` (breadth first, and the calm), `rules` (bounds, and switches of the driver), `checks`
(what is explored, and what must come of it). ``python -m support.model --ways``, from ``tests``, prints all of it.
"""
