package words

// Calls for help from the kiosk, at the top of the staff's window.
const (
	CallsAsks   Key = "calls.asks"   // needs time
	CallsUrgent Key = "calls.urgent" // needs time
	CallsComing Key = "calls.coming" // needs name
	CallsCome   Key = "calls.come"
	CallsThere  Key = "calls.there"
	CallsSignIn Key = "calls.sign-in"
)
