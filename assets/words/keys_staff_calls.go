package words

// Calls for help from the kiosk, at the top of the staff's window.
const (
	CallsAsks   Key = "calls.asks"   // needs time
	CallsUrgent Key = "calls.urgent" // needs time
	CallsSilent Key = "calls.silent" // needs time
	CallsComing Key = "calls.coming" // needs name
	CallsCome   Key = "calls.come"
	CallsThere  Key = "calls.there"
	CallsSignIn Key = "calls.sign-in"

	CallsSounding Key = "calls.sounding"
	CallsPause    Key = "calls.pause"
	CallsSeen     Key = "calls.seen"
	CallsPaused   Key = "calls.paused" // needs time
	CallsSound    Key = "calls.sound"
	CallsKnown    Key = "calls.known"
	CallsMute     Key = "calls.mute"
)
