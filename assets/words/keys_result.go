package words

// The result screen. Names of ranges, their meaning and the advice come from Band, Meaning and NextTier.
const (
	ResultTitle               Key = "result.title"
	ResultYourReading         Key = "result.your-reading"
	ResultAverage             Key = "result.average" // counted with N
	ResultSingle              Key = "result.single"
	ResultSingleHint          Key = "result.single-hint"
	ResultTopNumber           Key = "result.top-number"
	ResultBottomNumber        Key = "result.bottom-number"
	ResultTopMore             Key = "result.top-more"
	ResultBottomMore          Key = "result.bottom-more"
	ResultPulse               Key = "result.pulse"
	ResultOxygen              Key = "result.oxygen"
	ResultGlucose             Key = "result.glucose"
	ResultKetone              Key = "result.ketone"
	ResultUrate               Key = "result.urate"
	ResultCholesterol         Key = "result.cholesterol"
	ResultHaematocrit         Key = "result.haematocrit"
	ResultHbA1c               Key = "result.hba1c"
	ResultMeasuredAt          Key = "result.measured-at"   // needs time
	ResultMeasuredWith        Key = "result.measured-with" // needs instrument
	ResultJudgedBy            Key = "result.judged-by"     // needs guideline
	ResultOwnRanges           Key = "result.own-ranges"
	ResultOneReading          Key = "result.one-reading"
	ResultOneDay              Key = "result.one-day"
	ResultNoBand              Key = "result.no-band"
	ResultNoBandAge           Key = "result.no-band-age"
	ResultNext                Key = "result.next"
	ResultGoOn                Key = "result.go-on"
	ResultSaveAgain           Key = "result.save-again"
	ResultDetails             Key = "result.details"
	ResultFirstTime           Key = "result.first-time"
	ResultSinceUp             Key = "result.since-up"   // needs date, value
	ResultSinceDown           Key = "result.since-down" // needs date, value
	ResultSinceSame           Key = "result.since-same" // needs date
	ResultHistory             Key = "result.history"
	ResultHistoryEmpty        Key = "result.history-empty"
	ResultHistoryExcluded     Key = "result.history-excluded"
	ResultVisitTitle          Key = "result.visit-title"
	ResultQualityGood         Key = "result.quality-good"
	ResultQualityNoted        Key = "result.quality-noted"
	ResultNoteRest            Key = "result.note-rest" // needs time
	ResultNoteRecording       Key = "result.note-recording"
	ResultNoteUnsettled       Key = "result.note-rest-unsettled"
	ResultNoteRestPulse       Key = "result.note-rest-pulse" // needs time
	ResultNoteBefore          Key = "result.note-before"
	ResultNoteIrregular       Key = "result.note-irregular"
	ResultNoteWave            Key = "result.note-wave"
	ResultNoteOverridden      Key = "result.note-overridden"
	ResultNoteOwnMeter        Key = "result.note-own-meter"
	ResultNoteNotForAge       Key = "result.note-not-for-age"
	ResultNoteCuffUnsure      Key = "result.note-cuff-unsure"
	ResultNoteCuffFits        Key = "result.note-cuff-fits" // needs from, to
	ResultNoteMovement        Key = "result.note-movement"
	ResultNoteSpread          Key = "result.note-spread" // needs value
	ResultNotePulseDiffers    Key = "result.note-pulse-differs"
	ResultNoteWeakSignal      Key = "result.note-weak-signal"
	ResultNoteSkin            Key = "result.note-skin"
	ResultNoteAccuracySpO2    Key = "result.note-accuracy-spo2"
	ResultNoteAccuracyGlucose Key = "result.note-accuracy-glucose"
	ResultNoteStored          Key = "result.note-stored"
	ResultNoteClock           Key = "result.note-clock"
	ResultNoteBackEntered     Key = "result.note-back-entered"
	ResultNoteTime            Key = "result.note-time"
	ResultNotePressures       Key = "result.note-pressures"
	ResultNoteExcluded        Key = "result.note-excluded" // counted with N
	ResultNoteUnit            Key = "result.note-unit"
)

// Advice that stands under every tier.
const (
	NextMedicines Key = "next.medicines"
)

// The flow for critical readings.
const (
	UrgentTitle              Key = "urgent.title"
	UrgentConfirmTitle       Key = "urgent.confirm-title"
	UrgentConfirmBP          Key = "urgent.confirm-bp"
	UrgentConfirmSpO2        Key = "urgent.confirm-spo2"
	UrgentConfirmGlucose     Key = "urgent.confirm-glucose"
	UrgentConfirmTemperature Key = "urgent.confirm-temperature"
	UrgentConfirmLeft        Key = "urgent.confirm-left" // needs time
	UrgentConfirmNow         Key = "urgent.confirm-now"
	UrgentSymptomsTitle      Key = "urgent.symptoms-title"
	UrgentSymptomsLeft       Key = "urgent.symptoms-left" // counted with N
	UrgentMoreTime           Key = "urgent.more-time"
	UrgentFeelWell           Key = "urgent.feel-well"
	UrgentFeelUnwell         Key = "urgent.feel-unwell"
	UrgentNowTitle           Key = "urgent.now-title"
	UrgentTier3              Key = "urgent.tier3"
	UrgentTier3Clinic        Key = "urgent.tier3-clinic" // needs name, number
	UrgentTier3Worse         Key = "urgent.tier3-worse"  // needs number
	UrgentTier4              Key = "urgent.tier4"        // needs number
	UrgentTier4Staff         Key = "urgent.tier4-staff"
	UrgentSit                Key = "urgent.sit"
	UrgentAlone              Key = "urgent.alone"
	UrgentSugar              Key = "urgent.sugar"
	UrgentSugarMore          Key = "urgent.sugar-more"
	UrgentHelp               Key = "urgent.help"
	UrgentStaffCalled        Key = "urgent.staff-called"
	UrgentStaffComing        Key = "urgent.staff-coming"
	UrgentStaffAbsent        Key = "urgent.staff-absent" // needs number
	UrgentNoAnswer           Key = "urgent.no-answer"    // needs number
	UrgentUnderstood         Key = "urgent.understood"
	UrgentPrint              Key = "urgent.print"
	UrgentRepeatLower        Key = "urgent.repeat-lower"
	UrgentRepeatSame         Key = "urgent.repeat-same"
	UrgentPrivate            Key = "urgent.private"
)
