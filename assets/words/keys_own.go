package words

// A person's own instrument.
const (
	OwnOffer            Key = "own.offer"
	OwnKind             Key = "own.kind"
	OwnMeter            Key = "own.meter"
	OwnOximeter         Key = "own.oximeter"
	OwnCuff             Key = "own.cuff"
	OwnPlug             Key = "own.plug"
	OwnPlugHow          Key = "own.plug-how"
	OwnNotSeen          Key = "own.not-seen"
	OwnNotSeenRemedy    Key = "own.not-seen-remedy"
	OwnSilent           Key = "own.silent"
	OwnSilentRemedy     Key = "own.silent-remedy"
	OwnUnreadable       Key = "own.unreadable"
	OwnUnreadableRemedy Key = "own.unreadable-remedy"
	OwnAgain            Key = "own.again"
	OwnAgainRemedy      Key = "own.again-remedy"
	OwnNotYours         Key = "own.not-yours"
	OwnNotYoursRemedy   Key = "own.not-yours-remedy"
	OwnEmpty            Key = "own.empty"
	OwnEmptyRemedy      Key = "own.empty-remedy"
	OwnReading          Key = "own.reading"
	OwnReadingWhy       Key = "own.reading-why"
	OwnClockAhead       Key = "own.clock-ahead"  // needs time
	OwnClockBehind      Key = "own.clock-behind" // needs time
	OwnClockWhy         Key = "own.clock-why"
	OwnClockShift       Key = "own.clock-shift"
	OwnClockKeep        Key = "own.clock-keep"
	OwnBegan            Key = "own.began"
	OwnBeganLength      Key = "own.began-length" // needs time
	OwnEarlier          Key = "own.earlier"      // needs time
	OwnLater            Key = "own.later"        // needs time
	OwnBeganRight       Key = "own.began-right"
	OwnBeganUnknown     Key = "own.began-unknown"
	OwnDone             Key = "own.done"
	OwnNew              Key = "own.new"
	OwnKnown            Key = "own.known"
	OwnControls         Key = "own.controls"
	OwnUnread           Key = "own.unread"
	OwnNewest           Key = "own.newest"
	OwnRange            Key = "own.range"
	OwnBelow            Key = "own.below" // needs value
	OwnKeep             Key = "own.keep"
	OwnShow             Key = "own.show"
	OwnRemove           Key = "own.remove"
	OwnNotKept          Key = "own.not-kept"
	OwnSerious          Key = "own.serious"
)
