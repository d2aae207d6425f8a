package words

// Buttons and short answers shared by all screens.
const (
	CommonYes     Key = "common.yes"
	CommonNo      Key = "common.no"
	CommonNext    Key = "common.next"
	CommonBack    Key = "common.back"
	CommonOK      Key = "common.ok"
	CommonCancel  Key = "common.cancel"
	CommonAgain   Key = "common.again"
	CommonDone    Key = "common.done"
	CommonSkip    Key = "common.skip"
	CommonClose   Key = "common.close"
	CommonOn      Key = "common.on"
	CommonOff     Key = "common.off"
	CommonLoading Key = "common.loading"
)

// The question before a visit is cancelled.
const (
	CancelTitle Key = "cancel.title"
	CancelText  Key = "cancel.text"
	CancelEnd   Key = "cancel.end"
	CancelStay  Key = "cancel.stay"
)

// Keys of the on-screen keyboard.
const (
	KeyboardSpace   Key = "keyboard.space"
	KeyboardShift   Key = "keyboard.shift"
	KeyboardDone    Key = "keyboard.done"
	KeyboardErase   Key = "keyboard.erase"
	KeyboardClear   Key = "keyboard.clear"
	KeyboardLetters Key = "keyboard.letters"
	KeyboardDigits  Key = "keyboard.digits"
	KeyboardAccents Key = "keyboard.accents"
)

// Names of units as they are read aloud.
const (
	UnitsMMHg        Key = "units.mmhg"
	UnitsKPa         Key = "units.kpa"
	UnitsMgDL        Key = "units.mg-dl"
	UnitsMmolL       Key = "units.mmol-l"
	UnitsPercent     Key = "units.percent"
	UnitsPerMinute   Key = "units.per-minute"
	UnitsBPSpoken    Key = "units.bp-spoken" // needs bottom, top
	UnitsDecimal     Key = "units.decimal"
	UnitsBelowSpoken Key = "units.below-spoken" // needs value
	UnitsAboveSpoken Key = "units.above-spoken" // needs value
)

// Lengths of time; used by Lang.Duration, but for days.
const (
	TimeDays    Key = "time.days"    // counted with N
	TimeHours   Key = "time.hours"   // counted with N
	TimeMinutes Key = "time.minutes" // counted with N
	TimeSeconds Key = "time.seconds" // counted with N
	TimeJoin    Key = "time.join"    // needs first, second
)

// Storage and configuration problems.
const (
	ErrorTitle        Key = "error.title"
	ErrorDiskFull     Key = "error.disk-full"
	ErrorDiskLow      Key = "error.disk-low"
	ErrorReadOnly     Key = "error.read-only"
	ErrorCorrupt      Key = "error.corrupt"
	ErrorNewer        Key = "error.newer"
	ErrorNotSaved     Key = "error.not-saved"
	ErrorNotSavedKeep Key = "error.not-saved-keep"
	ErrorStaff        Key = "error.staff"
	ErrorClock        Key = "error.clock"
	ErrorRules        Key = "error.rules"
	ErrorClosed       Key = "error.closed"
	ErrorUnfinished   Key = "error.unfinished"
)

// What staff can do when the records cannot be read.
const (
	DamageTitle    Key = "damage.title"
	DamageBackup   Key = "damage.backup" // needs date
	DamageNoBackup Key = "damage.no-backup"
	DamageStaff    Key = "damage.staff"
	DamageRestore  Key = "damage.restore"
	DamageRenew    Key = "damage.renew"
	DamageWorking  Key = "damage.working"
	DamageFailed   Key = "damage.failed"
	DamageRepair   Key = "damage.repair"
)

// Short states in the bar.
const (
	StatusStaffCalled Key = "status.staff-called" // needs time
	StatusStaffComing Key = "status.staff-coming"
	StatusSaving      Key = "status.saving"
	StatusSaved       Key = "status.saved"
	StatusGuest       Key = "status.guest"
	StatusOffline     Key = "status.offline"
	StatusSimulated   Key = "status.simulated"
	StatusBattery     Key = "status.battery" // needs value

	StatusBatteryEmpty  Key = "status.battery-empty"
	StatusBatteryCloses Key = "status.battery-closes"
)
