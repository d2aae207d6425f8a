package words

// The live measuring screens.
const (
	MeasureStarting          Key = "measure.starting"
	MeasureStop              Key = "measure.stop"
	MeasureStopped           Key = "measure.stopped"
	MeasureStoppedHint       Key = "measure.stopped-hint"
	MeasureTimeLeft          Key = "measure.time-left" // needs time
	MeasureAgain             Key = "measure.again"
	MeasureAttempt           Key = "measure.attempt" // needs n, total
	MeasureBPTitle           Key = "measure.bp-title"
	MeasureBPFilling         Key = "measure.bp-filling"
	MeasureBPMeasuring       Key = "measure.bp-measuring"
	MeasureBPReleasing       Key = "measure.bp-releasing"
	MeasureBPTight           Key = "measure.bp-tight"
	MeasureBPStill           Key = "measure.bp-still"
	MeasureBPReading         Key = "measure.bp-reading" // needs n, total
	MeasureBPExtra           Key = "measure.bp-extra"
	MeasureBPPause           Key = "measure.bp-pause"
	MeasureBPPauseWhy        Key = "measure.bp-pause-why"
	MeasureBPPauseLeft       Key = "measure.bp-pause-left" // needs time
	MeasureBPLast            Key = "measure.bp-last"       // needs value
	MeasureBPReleaseKey      Key = "measure.bp-release-key"
	MeasureBPOpenCuff        Key = "measure.bp-open-cuff"
	MeasureBPSilent          Key = "measure.bp-silent"
	MeasureBPEnough          Key = "measure.bp-enough" // counted with N
	MeasureSpO2Title         Key = "measure.spo2-title"
	MeasureSpO2Insert        Key = "measure.spo2-insert"
	MeasureSpO2Searching     Key = "measure.spo2-searching"
	MeasureSpO2Hold          Key = "measure.spo2-hold"
	MeasureSpO2Silent        Key = "measure.spo2-silent"
	MeasureSpO2Settling      Key = "measure.spo2-settling"
	MeasureSpO2Accepted      Key = "measure.spo2-accepted"
	MeasureSpO2Signal        Key = "measure.spo2-signal" // needs quality
	MeasureSpO2SignalNone    Key = "measure.spo2-signal-none"
	MeasureSpO2SignalWeak    Key = "measure.spo2-signal-weak"
	MeasureSpO2SignalFair    Key = "measure.spo2-signal-fair"
	MeasureSpO2SignalGood    Key = "measure.spo2-signal-good"
	MeasureSpO2Oxygen        Key = "measure.spo2-oxygen"
	MeasureSpO2Pulse         Key = "measure.spo2-pulse"
	MeasureGlucoseTitle      Key = "measure.glucose-title"
	MeasureGlucoseConnect    Key = "measure.glucose-connect"
	MeasureGlucoseWake       Key = "measure.glucose-wake"
	MeasureGlucoseReading    Key = "measure.glucose-reading"
	MeasureGlucoseCount      Key = "measure.glucose-count"   // counted with N
	MeasureGlucoseConfirm    Key = "measure.glucose-confirm" // needs value
	MeasureGlucoseConfirmHI  Key = "measure.glucose-confirm-hi"
	MeasureGlucoseConfirmLO  Key = "measure.glucose-confirm-lo"
	MeasureGlucoseConfirmYes Key = "measure.glucose-confirm-yes"
	MeasureGlucoseConfirmNo  Key = "measure.glucose-confirm-no"
	MeasureGlucoseTakenAt    Key = "measure.glucose-taken-at" // needs time
	MeasureGlucosePick       Key = "measure.glucose-pick"
	MeasureGlucosePickNone   Key = "measure.glucose-pick-none"
	MeasureTemperatureTitle  Key = "measure.temperature-title"
	MeasureTemperatureTake   Key = "measure.temperature-take"
	MeasureTemperatureBack   Key = "measure.temperature-back"
	MeasureTemperatureHold   Key = "measure.temperature-hold"
	MeasureWeightTitle       Key = "measure.weight-title"
	MeasureWeightStepOn      Key = "measure.weight-step-on"
	MeasureWeightStepOff     Key = "measure.weight-step-off"
	MeasureWeightStill       Key = "measure.weight-still"
	MeasureWeightConfirm     Key = "measure.weight-confirm" // needs value
)

// What every fault screen says; the fault's own words come from FaultTitle and FaultRemedy.
const (
	FaultSafe      Key = "fault.safe"
	FaultSaved     Key = "fault.saved"
	FaultSavedOn   Key = "fault.saved-on" // needs date
	FaultRetry     Key = "fault.retry"
	FaultSkip      Key = "fault.skip"
	FaultCallStaff Key = "fault.call-staff"
	FaultCouldNot  Key = "fault.could-not"
	FaultTriesLeft Key = "fault.tries-left" // counted with N
)
