package words

// What a place sets, and how it stands with the server.
const (
	SettingsTitle          Key = "settings.title"
	SettingsNote           Key = "settings.note"
	SettingsPlace          Key = "settings.section.place"
	SettingsJudging        Key = "settings.section.judging"
	SettingsLanguages      Key = "settings.section.languages"
	SettingsPrinters       Key = "settings.section.printers"
	SettingsKeeping        Key = "settings.section.keeping"
	SettingsKiosk          Key = "settings.section.kiosk"
	SettingsServer         Key = "settings.section.server"
	SettingsLeadJudging    Key = "settings.lead.judging"
	SettingsLeadKeeping    Key = "settings.lead.keeping"
	SettingsLeadLanguages  Key = "settings.lead.languages"
	SettingsYes            Key = "settings.yes"
	SettingsDefault        Key = "settings.default"
	SettingsOrder          Key = "settings.order"
	SettingsOther          Key = "settings.other"
	SettingsBroken         Key = "settings.broken"
	SettingsDrop           Key = "settings.drop"
	SettingsReview         Key = "settings.review"
	SettingsBack           Key = "settings.back"
	SettingsReviewTitle    Key = "settings.review-title"
	SettingsAtOnce         Key = "settings.at-once"
	SettingsNextStart      Key = "settings.next-start"
	SettingsLater          Key = "settings.later"
	SettingsApply          Key = "settings.apply"
	SettingsItemName       Key = "settings.item.name"
	SettingsItemPhone      Key = "settings.item.phone"
	SettingsItemAddress    Key = "settings.item.address"
	SettingsItemCountry    Key = "settings.item.country"
	SettingsHintCountry    Key = "settings.hint.country"
	SettingsItemEmergency  Key = "settings.item.emergency"
	SettingsHintEmergency  Key = "settings.hint.emergency"
	SettingsItemUnstaffed  Key = "settings.item.unstaffed"
	SettingsItemLogo       Key = "settings.item.logo"
	SettingsHintLogo       Key = "settings.hint.logo"
	SettingsLogoTake       Key = "settings.logo-take"
	SettingsLogoNone       Key = "settings.logo-none"
	SettingsLogoMissing    Key = "settings.logo-missing"
	SettingsItemGuideline  Key = "settings.item.guideline"
	SettingsByCountry      Key = "settings.by-country"
	SettingsItemProtocol   Key = "settings.item.protocol"
	SettingsItemOximetry   Key = "settings.item.oximetry"
	SettingsItemApproved   Key = "settings.item.approved-by"
	SettingsLimitHigh      Key = "settings.limit.high" // needs measure
	SettingsLimitLow       Key = "settings.limit.low"  // needs measure
	SettingsLimitHint      Key = "settings.limit.hint" // needs least, most, unit
	SettingsItemLanguages  Key = "settings.item.languages"
	SettingsItemOnly       Key = "settings.item.only-languages"
	SettingsItemLanguage   Key = "settings.item.language"
	SettingsQueue          Key = "settings.printer.queue" // needs report
	SettingsPaper          Key = "settings.printer.paper" // needs report
	SettingsReportDefault  Key = "settings.report.default"
	SettingsReportVisit    Key = "settings.report.visit"
	SettingsReportReferral Key = "settings.report.referral"
	SettingsReportDays     Key = "settings.report.days"
	SettingsPrinterNone    Key = "settings.printer.none"
	SettingsPrinterReady   Key = "settings.printer.ready"
	SettingsKeepVisits     Key = "settings.item.keep-visits"
	SettingsKeepDays       Key = "settings.item.backup-days"
	SettingsKeepWeeks      Key = "settings.item.backup-weeks"
	SettingsKeepSummaries  Key = "settings.item.summaries"
	SettingsKeepAsides     Key = "settings.item.asides"
	SettingsKeepCaptures   Key = "settings.item.captures"
	SettingsAsk            Key = "settings.item.ask"
	SettingsEnd            Key = "settings.item.end"
	SettingsCover          Key = "settings.item.cover"
	SettingsCovered        Key = "settings.item.covered"
	SettingsSilent         Key = "settings.item.silent"
	SettingsVolume         Key = "settings.item.volume"
	SettingsAlarmVolume    Key = "settings.item.alarm-volume"
	SettingsTryAlarm       Key = "settings.try-alarm"
	SettingsShared         Key = "settings.item.shared"
	SettingsSharedHint     Key = "settings.hint.shared"
	SettingsURL            Key = "settings.item.url"
	SettingsBase           Key = "settings.item.base"
	SettingsProtocolHow    Key = "settings.item.sync-protocol"
	SettingsAuth           Key = "settings.item.auth"
	SettingsAuthNone       Key = "settings.auth.none"
	SettingsAuthBearer     Key = "settings.auth.bearer"
	SettingsAuthBasic      Key = "settings.auth.basic"
	SettingsAuthName       Key = "settings.item.auth-name"
	SettingsClient         Key = "settings.item.client-id"
	SettingsKeyID          Key = "settings.item.key-id"
	SettingsMetered        Key = "settings.item.metered"
	SettingsMeteredSystem  Key = "settings.metered.system"
	SettingsMeteredYes     Key = "settings.metered.yes"
	SettingsMeteredNo      Key = "settings.metered.no"
	SettingsOnMetered      Key = "settings.item.on-metered"
	SettingsMeteredVisits  Key = "settings.on-metered.visits"
	SettingsMeteredNothing Key = "settings.on-metered.nothing"
	SyncMetered            Key = "sync.metered"
	SyncMeteredWaits       Key = "sync.metered-waits"
	SettingsMissing        Key = "settings.problem.missing"
	SettingsLong           Key = "settings.problem.long" // needs most
	SettingsLetters        Key = "settings.problem.letters"
	SettingsRange          Key = "settings.problem.range" // needs least, most
	SettingsNumber         Key = "settings.problem.number"
	SettingsUnknown        Key = "settings.problem.unknown"
	SettingsAddress        Key = "settings.problem.address"
	SettingsBaseMissing    Key = "settings.problem.base"
	SettingsPicture        Key = "settings.problem.picture"
	SettingsLarge          Key = "settings.problem.large" // needs most
	SyncNone               Key = "sync.none"
	SyncProved             Key = "sync.proved"
	SyncNever              Key = "sync.never"
	SyncWaits              Key = "sync.waits"
	SyncTrouble            Key = "sync.trouble" // needs why, time
	SyncWaiting            Key = "sync.waiting"
	SyncOldest             Key = "sync.oldest"
	SyncSent               Key = "sync.sent"
	SyncHeld               Key = "sync.held"
	SyncRefused            Key = "sync.refused"
	SyncGood               Key = "sync.good"
	SyncNow                Key = "sync.now"
	SyncTry                Key = "sync.try"
	SyncTried              Key = "sync.tried"
	SyncSafer              Key = "sync.safer"
	SyncTryFailed          Key = "sync.try-failed"    // needs why
	SyncRefusedVisit       Key = "sync.refused-visit" // needs visit, time, why
	SyncSecret             Key = "sync.secret"
	SyncSecretKept         Key = "sync.secret-kept"
	SyncSecretNone         Key = "sync.secret-none"
	SyncSecretKeep         Key = "sync.secret-keep"
	SyncSecretForget       Key = "sync.secret-forget"
	SettingsWrong          Key = "settings.wrong"   // needs n
	SettingsChanged        Key = "settings.changed" // needs n
	SendingTitle           Key = "sending.title"
	SendingNote            Key = "sending.note"
	SendingNone            Key = "sending.none"
	SendingParked          Key = "sending.parked"
	SendingAgain           Key = "sending.again"
	SendingCompare         Key = "sending.compare"
	SendingVisit           Key = "sending.visit" // needs visit, time
	SendingChoose          Key = "sending.choose"
	SendingKept            Key = "sending.kept"
	SendingWhat            Key = "sending.what"
	SendingHere            Key = "sending.here"
	SendingThere           Key = "sending.there"
	SendingDeleted         Key = "sending.deleted"
	SendingChanged         Key = "sending.changed" // needs time
	SendingKeepHere        Key = "sending.keep-here"
	SendingKeepThere       Key = "sending.keep-there"
	SendingFailed          Key = "sending.failed" // needs why
	SendingAsking          Key = "sending.asking"
	SendingShow            Key = "sending.show"
	SendingStage           Key = "sending.stage" // needs stage
	SendingProvedAll       Key = "sending.proved-all"
	SendingWordAlone       Key = "sending.word-alone"
	SendingNotProved       Key = "sending.not-proved"
	SendingHashHere        Key = "sending.hash-here"   // needs hash
	SendingHashThere       Key = "sending.hash-there"  // needs hash, time
	SendingPart            Key = "sending.part"        // needs kind, version
	SendingPartNone        Key = "sending.part-none"   // needs kind
	SendingPartTheirs      Key = "sending.part-theirs" // needs kind
	SendingPartOther       Key = "sending.part-other"  // needs kind
	SendingPartNewer       Key = "sending.part-newer"  // needs kind
	SyncExpiresServer      Key = "sync.expires-server" // needs time
	SyncExpiresOwn         Key = "sync.expires-own"    // needs time
	SendingLog             Key = "sending.log"
	SendingLogLine         Key = "sending.log-line" // needs time, why
	SendingLogSpan         Key = "sending.log-span" // needs time, until, why
	SendingLogNone         Key = "sending.log-none"
	SendingNewest          Key = "sending.newest"
	SendingStageWaiting    Key = "sending.stage.waiting"
	SendingStageSending    Key = "sending.stage.sending"
	SendingStageSent       Key = "sending.stage.sent"
	SendingStageRefused    Key = "sending.stage.refused"
	SendingStageHeld       Key = "sending.stage.held"
	SendingStageUnasked    Key = "sending.stage.unasked"
	SendingStageCarried    Key = "sending.stage.carried"
)

// SendingStageName is how far a visit has come on its way to a server.
func SendingStageName(stage string) Key { return Key("sending.stage." + stage) }

// The protocols, see Lang.Protocol.
const (
	ProtocolAha2025  Key = "protocol.aha-2025"
	ProtocolEsc2024  Key = "protocol.esc-2024"
	ProtocolEsh2023  Key = "protocol.esh-2023"
	ProtocolHearts   Key = "protocol.hearts"
	ProtocolIsh2020  Key = "protocol.ish-2020"
	ProtocolSprint   Key = "protocol.sprint"
	ProtocolWhoSteps Key = "protocol.who-steps"
	ProtocolNhs2021  Key = "protocol.nhs-2021"
	ProtocolSpot1    Key = "protocol.spot-1"
)

// Protocol is what a way of measuring is called, by its id; one of the site's own has no
// other name.
func (l Lang) Protocol(id string) string {
	key := coded("protocol", id)
	if text := l.T(key); text != string(key) {
		return text
	}
	return l.isolate(id)
}
