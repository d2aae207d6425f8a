package assets

func drawing(name string) Picture { return Picture{"drawings/" + name + ".svg"} }
func icon(name string) Picture    { return Picture{"icons/" + name + ".svg"} }

// Drawings, on a grid of 240 by 240: what to do.
var (
	DrawingPosture     = drawing("posture")      // seated, back supported, feet flat, arm at heart height
	DrawingCuff        = drawing("cuff")         // cuff on the bare upper arm
	DrawingCuffMarks   = drawing("cuff-marks")   // the end of a cuff between its two marks
	DrawingArmOnTable  = drawing("arm-table")    // forearm resting on a table
	DrawingFingerClip  = drawing("finger-clip")  // finger in the oximeter's clip
	DrawingStripMeter  = drawing("strip-meter")  // test strip going into the meter
	DrawingDropStrip   = drawing("drop-strip")   // drop of blood touched to the strip
	DrawingMeterCable  = drawing("meter-cable")  // cable going into the meter
	DrawingCup         = drawing("cup")          // wait after a drink
	DrawingThermometer = drawing("thermometer")  // thermometer in its holder
	DrawingUnderTongue = drawing("under-tongue") // thermometer under the tongue
	DrawingShoesOff    = drawing("shoes-off")    // take off the shoes
	DrawingScale       = drawing("scale")        // scale with nobody on it
	DrawingOnScale     = drawing("on-scale")     // person standing on a scale
	DrawingRest        = drawing("rest")         // rest for a while
	DrawingBreathe     = drawing("breathe")      // breathe calmly
	DrawingKeepStill   = drawing("keep-still")   // do not move or talk
	DrawingCallHelp    = drawing("call-help")    // call a member of staff
	DrawingPrinter     = drawing("printer")      // a sheet leaves the printer
	DrawingDone        = drawing("done")         // all done
	DrawingAdult       = drawing("adult")        // a grown person beside a child
	DrawingPregnant    = drawing("pregnant")     // expecting a child
	DrawingCardScan    = drawing("card-scan")    // card held before a scanner
	DrawingPhone       = drawing("phone")        // phone with its keys
)

// Drawings of what went wrong, one for each kind of instrument fault.
var (
	DrawingCuffLoose    = drawing("cuff-loose")        // cuff too loose
	DrawingHoseKinked   = drawing("hose-kinked")       // air hose bent or blocked
	DrawingMoved        = drawing("moved")             // moved during the measurement
	DrawingFingerOut    = drawing("finger-out")        // no finger in the clip
	DrawingColdHands    = drawing("cold-hands")        // weak signal: warm the hand
	DrawingUnplugged    = drawing("cable-unplugged")   // cable not plugged in
	DrawingSilent       = drawing("instrument-silent") // instrument does not answer
	DrawingBatteryLow   = drawing("battery-low")       // battery almost empty
	DrawingNoNewResult  = drawing("no-new-result")     // meter has no result of this visit
	DrawingControl      = drawing("control-solution")  // result of a control solution, not of a person
	DrawingWrongClock   = drawing("wrong-clock")       // the meter's clock is wrong
	DrawingOutOfOrder   = drawing("out-of-order")      // out of order: call staff
	DrawingOutOfRange   = drawing("out-of-range")      // reading beyond what the instrument can measure
	DrawingStripProblem = drawing("strip-problem")     // strip used, damp or damaged
)

// Drawings of answers, so that a question can be answered without reading it.
var (
	DrawingMealLongAgo   = drawing("meal-long-ago")  // an empty plate, and eight hours of a clock
	DrawingMealJustNow   = drawing("meal-just-now")  // a full plate, and two hours
	DrawingMealBetween   = drawing("meal-between")   // crumbs, and the hours between
	DrawingNotKnown      = drawing("not-known")      // a person with a question mark
	DrawingSomethingElse = drawing("something-else") // a person who says something else
	DrawingHurry         = drawing("hurry")          // a clock that runs
	DrawingCuffThinArm   = drawing("cuff-thin-arm")  // the end of the cuff lies before the first mark
	DrawingCuffFits      = drawing("cuff-fits")      // between the marks
	DrawingCuffThickArm  = drawing("cuff-thick-arm") // past the last mark
	DrawingArmLeft       = drawing("arm-left")       // the cuff is on the side of the heart
	DrawingArmRight      = drawing("arm-right")      // and on the other one
	DrawingMeterOwn      = drawing("meter-own")      // a person's own meter
	DrawingMeterPlace    = drawing("meter-place")    // the meter of a clinic
	DrawingMeterCompare  = drawing("meter-compare")  // a meter and a screen that should show the same
	DrawingStillThere    = drawing("still-there")    // a finger that touches
)

// Drawings of the signs of an emergency.
var (
	DrawingSignChest    = drawing("sign-chest")    // pain in the chest
	DrawingSignBreath   = drawing("sign-breath")   // hard to breathe
	DrawingSignWeak     = drawing("sign-weak")     // one side of the body weak or numb
	DrawingSignSpeech   = drawing("sign-speech")   // trouble speaking
	DrawingSignSight    = drawing("sign-sight")    // a sudden change of sight
	DrawingSignHeadache = drawing("sign-headache") // a very strong headache
	DrawingSignBack     = drawing("sign-back")     // strong back pain
	DrawingSignConfused = drawing("sign-confused") // confused, or fainted
)

// Drawings of what to do with a result, the calmest first.
var (
	DrawingNextAgain = drawing("next-again") // measure again another day
	DrawingNextShow  = drawing("next-show")  // show it to a health professional
	DrawingNextWeek  = drawing("next-week")  // see one this week
	DrawingNextToday = drawing("next-today") // call one today
	DrawingNextNow   = drawing("next-now")   // call the emergency number now
)

// Icons, on a grid of 48 by 48.
var (
	IconPressure    = icon("pressure")
	IconOximeter    = icon("oximeter")
	IconGlucose     = icon("glucose")
	IconThermometer = icon("thermometer")
	IconScale       = icon("scale")
	IconHelp        = icon("help")
	IconLanguage    = icon("language")
	IconTextSize    = icon("text-size")
	IconContrast    = icon("contrast")
	IconBack        = icon("back")
	IconNext        = icon("next")
	IconDown        = icon("down")
	IconUp          = icon("up")
	IconClose       = icon("close")
	IconCheck       = icon("check")
	IconWarning     = icon("warning")
	IconBackspace   = icon("backspace")
	IconShift       = icon("shift")
	IconSpeaker     = icon("speaker")
	IconEye         = icon("eye")
	IconPrint       = icon("print")
	IconPerson      = icon("person")
	IconCard        = icon("card")
	IconPhone       = icon("phone")
	IconToday       = icon("today")
	IconFind        = icon("find")
	IconAddPerson   = icon("add-person")
	IconLock        = icon("lock")
	IconKeyboard    = icon("keyboard")
	IconUndo        = icon("undo")
	IconSignOut     = icon("sign-out")
	IconReferral    = icon("referral") // a letter that is sent on
	IconTray        = icon("tray")     // where readings wait for their person
	IconAdmin       = icon("admin")    // two sliders: what can be set
	IconStaff       = icon("staff")    // two people
	IconAudit       = icon("audit")    // a list that is looked at
	IconBackup      = icon("backup")   // a copy that is kept
	IconAlert       = icon("alert")    // glass that was broken
	IconAbout       = icon("about")    // an i
	IconKey         = icon("key")
	IconMore        = icon("more")    // one more
	IconNoCard      = icon("no-card") // nothing is kept
	IconLouder      = icon("louder")
	IconQuieter     = icon("quieter")
	IconPause       = icon("pause")
	IconPlay        = icon("play")
)

// Pictures returns every picture, drawings first.
func Pictures() []Picture {
	return []Picture{
		DrawingPosture, DrawingCuff, DrawingCuffMarks, DrawingArmOnTable, DrawingFingerClip, DrawingStripMeter,
		DrawingDropStrip, DrawingMeterCable, DrawingCup, DrawingThermometer, DrawingUnderTongue,
		DrawingShoesOff, DrawingScale, DrawingOnScale, DrawingRest, DrawingBreathe, DrawingKeepStill,
		DrawingCallHelp, DrawingPrinter, DrawingDone, DrawingAdult, DrawingPregnant, DrawingCardScan, DrawingPhone,
		DrawingCuffLoose, DrawingHoseKinked, DrawingMoved, DrawingFingerOut, DrawingColdHands,
		DrawingUnplugged, DrawingSilent, DrawingBatteryLow, DrawingNoNewResult, DrawingControl,
		DrawingWrongClock, DrawingOutOfOrder, DrawingOutOfRange, DrawingStripProblem,
		DrawingMealLongAgo, DrawingMealJustNow, DrawingMealBetween, DrawingNotKnown, DrawingSomethingElse, DrawingHurry, DrawingCuffThinArm,
		DrawingCuffFits, DrawingCuffThickArm, DrawingArmLeft, DrawingArmRight, DrawingMeterOwn, DrawingMeterPlace, DrawingMeterCompare, DrawingStillThere, DrawingSignChest,
		DrawingSignBreath, DrawingSignWeak, DrawingSignSpeech, DrawingSignSight, DrawingSignHeadache, DrawingSignBack, DrawingSignConfused,
		DrawingNextAgain, DrawingNextShow, DrawingNextWeek, DrawingNextToday, DrawingNextNow,
		IconPressure, IconOximeter, IconGlucose, IconThermometer, IconScale, IconHelp, IconLanguage, IconTextSize,
		IconContrast, IconBack, IconNext, IconDown, IconUp, IconClose, IconCheck, IconWarning, IconBackspace,
		IconShift, IconSpeaker, IconEye, IconPrint, IconPerson, IconCard, IconPhone,
		IconToday, IconFind, IconAddPerson, IconLock, IconKeyboard, IconUndo, IconSignOut,
		IconReferral, IconTray, IconAdmin, IconStaff, IconAudit, IconBackup, IconAlert, IconAbout, IconKey,
		IconPause, IconPlay, IconMore, IconNoCard, IconLouder, IconQuieter,
	}
}
