package words

// For whom instruments are meant, and how they are cleaned, for staff.
const (
	MeantValidation           Key = "meant.validation"
	MeantPublished            Key = "meant.published" // needs model, protocol, source
	MeantSibling              Key = "meant.sibling"   // needs model, protocol, source
	MeantClaimed              Key = "meant.claimed"   // needs model, protocol, source
	MeantNoneFound            Key = "meant.none-found"
	MeantSharing              Key = "meant.sharing"
	MeantSharingSeveral       Key = "meant.sharing-several"
	MeantSharingOne           Key = "meant.sharing-one"
	MeantSharingUnsaid        Key = "meant.sharing-unsaid"
	MeantSharingUnknown       Key = "meant.sharing-unknown"
	MeantCleaning             Key = "meant.cleaning"
	MeantClean                Key = "meant.clean"
	MeantSoiled               Key = "meant.soiled"    // needs time
	MeantHow                  Key = "meant.how"       // needs time, with
	MeantHowShort             Key = "meant.how-short" // needs with
	MeantCleanButton          Key = "meant.clean-button"
	MeantCleaned              Key = "meant.cleaned"
	MeantCleanFirst           Key = "meant.clean-first" // needs instrument
	MeantWiped                Key = "meant.wiped"
	MeantWet                  Key = "meant.wet"
	MeantSkip                 Key = "meant.skip"
	MeantSkipEmergency        Key = "meant.skip.emergency"
	MeantSkipNoDisinfectant   Key = "meant.skip.no-disinfectant"
	MeantSkipCleanedElsewhere Key = "meant.skip.cleaned-elsewhere"
	MeantToClean              Key = "meant.to-clean"
	MeantOwnButton            Key = "meant.own-button"
	MeantOtherMeter           Key = "meant.other-meter"
	MeantWave                 Key = "meant.wave" // needs value
	MeantNotValidated         Key = "meant.not-validated"
	MeantNotForPregnancy      Key = "meant.not-for-pregnancy"
	MeantNotForAge            Key = "meant.not-for-age"
	CautionWave               Key = "caution.pulse-unlike-wave"
	CautionOwnMeter           Key = "caution.own-meter"
	CautionNotForPregnancy    Key = "caution.not-for-pregnancy"
	CautionNotForAge          Key = "caution.not-for-age"
	CautionCuffUnsure         Key = "caution.cuff-unsure"
)
