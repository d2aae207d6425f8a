package words

// The tray: readings that came without a person.
const (
	TrayNav                Key = "tray.nav"
	TrayLead               Key = "tray.lead"
	TrayNoneTitle          Key = "tray.none-title"
	TrayNone               Key = "tray.none"
	TrayNoneSettled        Key = "tray.none-settled"
	TrayWaiting            Key = "tray.waiting"
	TraySettled            Key = "tray.settled"
	TrayColumnReading      Key = "tray.column-reading"
	TrayColumnTaken        Key = "tray.column-taken"
	TrayColumnWhy          Key = "tray.column-why"
	TrayChoose             Key = "tray.choose"
	TrayCame               Key = "tray.came" // needs time
	TrayWhyUnasked         Key = "tray.why.unasked"
	TrayWhyNotShown        Key = "tray.why.not-shown"
	TrayWhyLeftOver        Key = "tray.why.left-over"
	TrayWhyStranger        Key = "tray.why.stranger"
	TrayWhyInMemory        Key = "tray.why.in-memory"
	TrayWhyAbandoned       Key = "tray.why.abandoned"
	TrayNear               Key = "tray.near"
	TrayNearHint           Key = "tray.near-hint"
	TrayNearNone           Key = "tray.near-none"
	TrayGive               Key = "tray.give"
	TrayAside              Key = "tray.aside"
	TrayFindNone           Key = "tray.find-none"
	TrayFind               Key = "tray.find"
	TrayWho                Key = "tray.who"
	TrayWhoMissing         Key = "tray.who-missing"
	TrayHow                Key = "tray.how"
	TrayConfirm            Key = "tray.confirm" // needs name
	TrayConfirmDo          Key = "tray.confirm-do"
	TrayGiven              Key = "tray.given" // needs name
	TraySetAside           Key = "tray.set-aside"
	TrayTaken              Key = "tray.taken"
	TrayAsideWhy           Key = "tray.aside-why"
	TrayTo                 Key = "tray.to" // needs name
	TrayNobodys            Key = "tray.nobodys"
	TrayDone               Key = "tray.done" // needs name, time
	TrayCompare            Key = "tray.compare"
	TrayComparing          Key = "tray.comparing"
	TrayCompareNone        Key = "tray.compare-none"
	TrayCompareRead        Key = "tray.compare-read"    // counts
	TrayCompareTrayed      Key = "tray.compare-trayed"  // counts
	TrayCompareMissing     Key = "tray.compare-missing" // counts
	TrayCompareMissingHint Key = "tray.compare-missing-hint"
	TrayCompareFailed      Key = "tray.compare-failed" // needs instrument
	ClaimSeen              Key = "claim.seen"
	ClaimTold              Key = "claim.told"
	ClaimWrittenDown       Key = "claim.written-down"
	ClaimOther             Key = "claim.other"
	NobodysControl         Key = "nobodys.control"
	NobodysTest            Key = "nobodys.test"
	NobodysNoPerson        Key = "nobodys.no-person"
	NobodysDuplicate       Key = "nobodys.duplicate"
	NobodysNobodyKnows     Key = "nobodys.nobody-knows"
	NobodysOther           Key = "nobodys.other"
)

// OrphanName is why a reading has no person.
func OrphanName(code string) Key { return coded("tray.why", code) }

// ClaimName is how somebody knows whose a reading is.
func ClaimName(code string) Key { return coded("claim", code) }

// NobodysName is why a reading is nobody's.
func NobodysName(code string) Key { return coded("nobodys", code) }
