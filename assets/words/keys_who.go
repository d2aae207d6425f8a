package words

// Who is being measured: guest, card, or name and birth date.
const (
	WhoTitle               Key = "who.title"
	WhoGuest               Key = "who.guest"
	WhoGuestHint           Key = "who.guest-hint"
	WhoPerson              Key = "who.person"
	WhoPersonHint          Key = "who.person-hint"
	WhoPhone               Key = "who.phone"
	WhoPhoneHint           Key = "who.phone-hint"
	WhoCard                Key = "who.card"
	WhoCardHint            Key = "who.card-hint"
	WhoHelping             Key = "who.helping"
	WhoCardTitle           Key = "who.card-title"
	WhoCardNumber          Key = "who.card-number"
	WhoCardScan            Key = "who.card-scan"
	WhoCardReading         Key = "who.card-reading"
	WhoCardFound           Key = "who.card-found"
	WhoCardNotYou          Key = "who.card-not-you"
	WhoCardNew             Key = "who.card-new"
	WhoCardNewHint         Key = "who.card-new-hint"
	WhoCardWrongKind       Key = "who.card-wrong-kind"
	WhoCardUnreadable      Key = "who.card-unreadable"
	WhoDetailsTitle        Key = "who.details-title"
	WhoDetailsWhy          Key = "who.details-why"
	WhoPhoneTitle          Key = "who.phone-title"
	WhoPhoneNumber         Key = "who.phone-number"
	WhoPhoneHow            Key = "who.phone-how"
	WhoGivenName           Key = "who.given-name"
	WhoFamilyName          Key = "who.family-name"
	WhoBirthDate           Key = "who.birth-date"
	WhoDay                 Key = "who.day"
	WhoMonth               Key = "who.month"
	WhoYear                Key = "who.year"
	WhoCheckTitle          Key = "who.check-title"
	WhoCheckYes            Key = "who.check-yes"
	WhoCheckChange         Key = "who.check-change"
	WhoSimilarTitle        Key = "who.similar-title"
	WhoSimilarSame         Key = "who.similar-same"
	WhoSimilarNew          Key = "who.similar-new"
	WhoWelcomeBack         Key = "who.welcome-back" // needs name
	WhoNew                 Key = "who.new"          // needs name
	WhoStaffOnly           Key = "who.staff-only"
	WhoErrorNameEmpty      Key = "who.error-name-empty"
	WhoErrorFamilyEmpty    Key = "who.error-family-empty"
	WhoErrorLong           Key = "who.error-long" // counted with N
	WhoErrorDateIncomplete Key = "who.error-date-incomplete"
	WhoErrorDateImpossible Key = "who.error-date-impossible"
	WhoErrorDateFuture     Key = "who.error-date-future"
	WhoErrorDateOld        Key = "who.error-date-old" // needs n
	WhoErrorCard           Key = "who.error-card"
	WhoErrorPhone          Key = "who.error-phone"
	WhoErrorLookup         Key = "who.error-lookup"
)

// The PIN of a person, which they choose so that nobody else sees their results.
const (
	PINTitle       Key = "pin.title"
	PINWhy         Key = "pin.why"
	PINNone        Key = "pin.none"
	PINForgotten   Key = "pin.forgotten"
	PINWrong       Key = "pin.wrong"
	PINWait        Key = "pin.wait" // counted with N
	PINLocked      Key = "pin.locked"
	PINChoose      Key = "pin.choose"
	PINOffer       Key = "pin.offer"
	PINChooseTitle Key = "pin.choose-title"
	PINChooseWhy   Key = "pin.choose-why"
	PINAgain       Key = "pin.again"
	PINDiffers     Key = "pin.differs"
	PINWeak        Key = "pin.weak"
	PINChosen      Key = "pin.chosen"
	PINFailed      Key = "pin.failed"
)

// Consent, one purpose a line, with a longer text behind each.
const (
	ConsentTitle       Key = "consent.title"
	ConsentLead        Key = "consent.lead"
	ConsentMeasure     Key = "consent.measure"
	ConsentMeasureMore Key = "consent.measure-more"
	ConsentKeep        Key = "consent.keep"
	ConsentKeepMore    Key = "consent.keep-more"
	ConsentShare       Key = "consent.share"
	ConsentShareMore   Key = "consent.share-more" // needs place
	ConsentPrint       Key = "consent.print"
	ConsentPrintMore   Key = "consent.print-more"
	ConsentMore        Key = "consent.more"
	ConsentLess        Key = "consent.less"
	ConsentAgree       Key = "consent.agree"
	ConsentDecline     Key = "consent.decline"
	ConsentStop        Key = "consent.stop"
	ConsentWhoSees     Key = "consent.who-sees" // needs place
	ConsentErase       Key = "consent.erase"    // needs place
	ConsentEmergency   Key = "consent.emergency"
	ConsentVersion     Key = "consent.version" // needs version

	// What somebody who was here before may take back.
	ConsentEarlier       Key = "consent.earlier"
	ConsentEarlierTitle  Key = "consent.earlier-title"
	ConsentEarlierLead   Key = "consent.earlier-lead"
	ConsentTakeShare     Key = "consent.take-share"
	ConsentTakeShareMore Key = "consent.take-share-more" // needs place
	ConsentTakeKeep      Key = "consent.take-keep"
	ConsentTakeKeepMore  Key = "consent.take-keep-more" // needs place
	ConsentTakeSure      Key = "consent.take-sure"
	ConsentTakenShare    Key = "consent.taken-share"
	ConsentTakenKeep     Key = "consent.taken-keep"
	ConsentTakeFailed    Key = "consent.take-failed"
)
