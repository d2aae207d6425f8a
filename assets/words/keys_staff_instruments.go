package words

// The instruments on the counter, as staff see them.
const (
	InstrumentsTitle         Key = "instruments.title"
	InstrumentsLead          Key = "instruments.lead"
	InstrumentsEmptyTitle    Key = "instruments.empty-title"
	InstrumentsEmpty         Key = "instruments.empty"
	InstrumentsUnknown       Key = "instruments.unknown"
	InstrumentsStateReady    Key = "instruments.state-ready"
	InstrumentsStateInUse    Key = "instruments.state-in-use"
	InstrumentsStateLooks    Key = "instruments.state-looks"
	InstrumentsStateReadying Key = "instruments.state-readying"
	InstrumentsStateSilent   Key = "instruments.state-silent"
	InstrumentsStateNobody   Key = "instruments.state-nobody"
	InstrumentsStateLocked   Key = "instruments.state-locked"
	InstrumentsSerial        Key = "instruments.serial"
	InstrumentsFirmware      Key = "instruments.firmware"
	InstrumentsPort          Key = "instruments.port"
	InstrumentsNotTold       Key = "instruments.not-told"
	InstrumentsClock         Key = "instruments.clock"
	InstrumentsClockRight    Key = "instruments.clock-right"
	InstrumentsClockAhead    Key = "instruments.clock-ahead"  // needs time
	InstrumentsClockBehind   Key = "instruments.clock-behind" // needs time
	InstrumentsClockNone     Key = "instruments.clock-none"
	InstrumentsClockButton   Key = "instruments.clock-button"
	InstrumentsClockSets     Key = "instruments.clock-sets"
	InstrumentsClockSet      Key = "instruments.clock-set"
	InstrumentsClockCannot   Key = "instruments.clock-cannot"
	InstrumentsClockFailed   Key = "instruments.clock-failed"
	InstrumentsControl       Key = "instruments.control"
	InstrumentsControlNone   Key = "instruments.control-none"
	InstrumentsControlGood   Key = "instruments.control-good" // needs time
	InstrumentsControlOrder  Key = "instruments.control-order"
	InstrumentsOverride      Key = "instruments.override" // counted with N
	LockNoLot                Key = "lock.no-lot"
	LockLotExpired           Key = "lock.lot-expired"
	LockNoControl            Key = "lock.no-control"
	LockControlDue           Key = "lock.control-due"
	LockOutOfControl         Key = "lock.out-of-control"
	LockNoCalibration        Key = "lock.no-calibration"
	LockCalibrationDue       Key = "lock.calibration-due"
	LockNotEnrolled          Key = "lock.not-enrolled"
	LockOnePerson            Key = "lock.one-person"
	LockNoCertificate        Key = "lock.no-certificate"
)
