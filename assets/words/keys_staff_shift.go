package words

// What one shift leaves to the next, and closing the day.
const (
	ShiftNav             Key = "shift.nav"
	ShiftTitle           Key = "shift.title"
	ShiftNote            Key = "shift.note"
	ShiftNoteHint        Key = "shift.note-hint"
	ShiftNoteSave        Key = "shift.note-save"
	ShiftNoteSaved       Key = "shift.note-saved"
	ShiftNoteMissing     Key = "shift.note-missing"
	ShiftNotes           Key = "shift.notes"
	ShiftNoNotes         Key = "shift.no-notes"
	ShiftBy              Key = "shift.by" // needs name, time
	ShiftChecks          Key = "shift.checks"
	ShiftSince           Key = "shift.since" // needs time
	ShiftCheckCriticals  Key = "shift.check.criticals"
	ShiftCheckUnfinished Key = "shift.check.unfinished"
	ShiftCheckHolds      Key = "shift.check.holds"
	ShiftCheckTray       Key = "shift.check.tray"
	ShiftCheckControls   Key = "shift.check.controls"
	ShiftCheckCleaning   Key = "shift.check.cleaning"
	ShiftCheckBackup     Key = "shift.check.backup"
	ShiftCheckWaiting    Key = "shift.check.waiting"
	ShiftCheckRefused    Key = "shift.check.refused"
	ShiftDone            Key = "shift.done"
	ShiftLeft            Key = "shift.left" // counts
	ShiftReason          Key = "shift.reason"
	ShiftReasonMissing   Key = "shift.reason-missing"
	ShiftBackupAt        Key = "shift.backup-at" // needs time
	ShiftBackupNone      Key = "shift.backup-none"
	ShiftServer          Key = "shift.server"
	ShiftServerNone      Key = "shift.server-none"
	ShiftServerHolds     Key = "shift.server-holds" // needs holds, waiting, refused, kept
	ShiftServerSaid      Key = "shift.server-said"  // needs time
	ShiftServerSilent    Key = "shift.server-silent"
	ShiftClose           Key = "shift.close"
	ShiftClosed          Key = "shift.closed"
	ShiftPrint           Key = "shift.print"
	ShiftLast            Key = "shift.last" // needs name, time
	ShiftNever           Key = "shift.never"
	ShiftGreet           Key = "shift.greet"
	ShiftGreetCriticals  Key = "shift.greet-criticals"  // counts
	ShiftGreetHeld       Key = "shift.greet-held"       // counts
	ShiftGreetUnfinished Key = "shift.greet-unfinished" // counts
	ShiftGreetHolds      Key = "shift.greet-holds"      // counts
	ShiftGreetLot        Key = "shift.greet-lot"        // needs lot, date
	ShiftTaken           Key = "shift.taken"
	ShiftPaper           Key = "shift.paper"
	ShiftPaperBy         Key = "shift.paper-by"    // needs name, role, time
	ShiftPaperChain      Key = "shift.paper-chain" // needs n, hash
	ShiftSign            Key = "shift.sign"
	ShiftSignLead        Key = "shift.sign-lead"
	ShiftSignDo          Key = "shift.sign-do"
	ShiftSignWrong       Key = "shift.sign-wrong"
	ShiftSignMay         Key = "shift.sign-may"
	ShiftPaperSigned     Key = "shift.paper-signed" // needs name, role
	ShiftColumnLeft      Key = "shift.column-left"
)

// CheckName is what has to be done before a day is closed, by the name of the
// check on record.
func CheckName(name string) Key { return coded("shift.check", name) }
