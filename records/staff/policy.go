package staff

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// An Action is what somebody does with the records. It is the right that is
// asked for and the name under which the audit trail has it; the names are on
// disk.
type Action string

// The actions that need a right.
const (
	FindPatient    Action = "patient.find"
	SearchPatients Action = "patient.search"
	ReadHistory    Action = "history.read"
	ListRecords    Action = "encounter.list"
	ReadRecord     Action = "encounter.read"
	SaveRecord     Action = "encounter.save"
	AmendRecord    Action = "observation.amend"
	VoidRecord     Action = "observation.void"
	MoveRecord     Action = "observation.move"
	PrintRecord    Action = "record.print"
	ExportRecord   Action = "record.export"
	MergePatient   Action = "patient.merge"
	ErasePatient   Action = "patient.erase"
	// DropSummary is destroying what somebody saved at the kiosk to take along.
	DropSummary Action = "summary.remove"
	MarkPatient Action = "patient.mark"
	AddRemark   Action = "encounter.remark"
	// QueuePatient is calling somebody who waits, parking them, and saying that they
	// did not come.
	QueuePatient Action = "encounter.queue"
	// IdentifyPatient is making sure, before a test, who a person is.
	IdentifyPatient Action = "patient.identify"
	// PrintForms is printing what days without power need, and BackEnter typing in
	// what was written on a form then.
	PrintForms    Action = "form.print"
	BackEnter     Action = "form.enter"
	TellCritical  Action = "critical.tell"
	SignCritical  Action = "critical.sign" // that nobody has read it back
	ReferPatient  Action = "referral.make"
	CloseReferral Action = "referral.close" // what came of it

	// ClaimReading is saying whose a reading is that came without a person, and
	// SetAside that it is nobody's.
	ClaimReading Action = "tray.claim"
	SetAside     Action = "tray.aside"

	ChoosePIN Action = "patient.pin"         // of a person, at a kiosk
	RemovePIN Action = "patient.pin-removed" // which they have forgotten
	// ChangeConsent is keeping what a person says later of what they agreed to. Patients
	// say it of themselves.
	ChangeConsent Action = "patient.consent"

	CallHelp   Action = "help.call"
	AnswerHelp Action = "help.answer"

	// SettleSent is trying once more to send a visit that a server has refused, and
	// saying whose word holds on one that was changed there.
	SettleSent Action = "outbox.decide"

	// CarryOut is taking visits to the office on a stick and hearing what became of
	// them, CarryIn taking in at the office what was brought.
	CarryOut Action = "carry.out"
	CarryIn  Action = "carry.in"

	ReadAudit  Action = "audit.read"
	PrintAudit Action = "audit.print"

	ListStaff   Action = "staff.list"
	ManageStaff Action = "staff.manage"
	UnlockStaff Action = "staff.unlock"
	ChangePIN   Action = "staff.pin" // one's own

	ChangeSetting Action = "setting.change"
	SetClock      Action = "clock.set"
	// NameInstrument is saying what hangs on a cable that nobody can recognise.
	NameInstrument Action = "instrument.name"
	// OpenCapture is reading what crossed a wire, with what it measured, to find a
	// fault.
	OpenCapture Action = "capture.open"
	Backup      Action = "backup"
	Restore     Action = "restore"
	ManageKeys  Action = "keys.manage"

	ReadQuality      Action = "quality.read"
	RunControl       Action = "quality.run"
	NoteStorage      Action = "quality.storage"
	ManageLot        Action = "quality.lot"
	ManageInstrument Action = "quality.instrument"
	Certify          Action = "quality.certify"
	Override         Action = "quality.override"
	// ReadBlind is seeing what samples should give, PresentPassport showing one's
	// own of another site, and TrustSite taking those of a site.
	ReadBlind       Action = "quality.blind"
	PresentPassport Action = "quality.passport"
	TrustSite       Action = "quality.trust"
	CleanInstrument Action = "quality.clean"
	SkipCleaning    Action = "quality.clean.skip"

	// HandOver is writing something down for the next shift, TakeOver having read
	// it, CloseDay saying that a day is over and what is left open, and SignDay
	// answering for that.
	ReadShift Action = "shift.read"
	HandOver  Action = "shift.handover"
	TakeOver  Action = "shift.taken"
	CloseDay  Action = "shift.close"
	SignDay   Action = "shift.sign"

	// BreakGlass is asking for sight of a person's data in an emergency without
	// the right for it, and ReviewGlass looking who did.
	BreakGlass  Action = "emergency.access"
	ReviewGlass Action = "emergency.review"
)

// InEmergency reports whether an action is among those that emergency access
// lets somebody do: looking, and nothing that changes or takes away.
func InEmergency(a Action) bool {
	return slices.Contains([]Action{FindPatient, SearchPatients, ReadHistory, ListRecords, ReadRecord}, a)
}

// rights is the whole policy: who may do what. What is not here nobody may.
// The program may do nothing: what it does by itself needs no right. A console
// has a right only as long as there are no accounts.
func rights() map[Action][]Role {
	var (
		care   = []Role{Console, Operator, Supervisor, Administrator}
		lead   = []Role{Console, Supervisor, Administrator}
		admin  = []Role{Console, Administrator}
		device = []Role{Console, Supervisor, Administrator, Technician}
		anyone = []Role{Console, Patient, Operator, Supervisor, Administrator}
	)
	return map[Action][]Role{
		FindPatient: anyone, ReadHistory: anyone, SaveRecord: anyone, PrintRecord: anyone,
		SearchPatients: care, ListRecords: care, ReadRecord: care,
		MarkPatient: care, AddRemark: care, QueuePatient: care, TellCritical: care, SignCritical: care, IdentifyPatient: care, PrintForms: care, BackEnter: care, ReferPatient: care, CloseReferral: care,
		ClaimReading: care, SetAside: care,
		AmendRecord: lead, VoidRecord: lead, MoveRecord: lead, ExportRecord: lead, MergePatient: lead,
		ErasePatient: admin, DropSummary: lead,
		SettleSent: lead,
		CarryOut:   care, CarryIn: lead,

		ReadShift: care, HandOver: care, TakeOver: care, CloseDay: care, SignDay: lead,

		ChoosePIN: anyone, RemovePIN: care, ChangeConsent: anyone,

		CallHelp: anyone, AnswerHelp: care,

		ReadAudit: {Console, Administrator, Auditor}, PrintAudit: {Console, Administrator, Auditor},

		ListStaff: lead, UnlockStaff: lead, ManageStaff: admin,
		ChangePIN: Roles(),

		ChangeSetting: {Console, Administrator, Technician},
		SetClock:      device, Backup: device,
		NameInstrument: {Console, Operator, Supervisor, Administrator, Technician},
		OpenCapture:    device,
		Restore:        {Console, Administrator, Technician},
		ManageKeys:     admin,

		ReadQuality:     {Console, Operator, Supervisor, Administrator, Technician},
		RunControl:      {Console, Operator, Supervisor, Administrator, Technician},
		BreakGlass:      {Technician}, // whoever else is at a bedside may look anyway
		ReviewGlass:     {Console, Supervisor, Administrator, Auditor},
		ReadBlind:       lead,
		PresentPassport: {Console, Operator, Supervisor, Administrator, Technician}, TrustSite: admin,
		NoteStorage:     {Console, Operator, Supervisor, Administrator, Technician},
		CleanInstrument: {Console, Operator, Supervisor, Administrator, Technician}, SkipCleaning: care,
		ManageLot: lead, ManageInstrument: device, Certify: lead, Override: lead,
	}
}

// Actions returns all actions that somebody may do, in order.
func Actions() []Action { return slices.Sorted(maps.Keys(rights())) }

// ErrDenied reports that somebody asked for what is not theirs to do.
var ErrDenied = errors.New("not allowed")

// A DeniedError says what was refused to whom. It matches ErrDenied.
type DeniedError struct {
	Role   Role
	Action Action
}

func (e *DeniedError) Error() string {
	return fmt.Sprintf("%v: %s needs more than the rights of the role %s", ErrDenied, e.Action, e.Role)
}

func (e *DeniedError) Unwrap() error { return ErrDenied }

// Allow returns nil if the policy lets a role do an action, or a *DeniedError.
func Allow(r Role, a Action) error {
	if slices.Contains(rights()[a], r) {
		return nil
	}
	return &DeniedError{Role: r, Action: a}
}
