package words

// The dialog behind the loudspeaker.
const (
	SpeakTitle   Key = "speak.title"
	SpeakHint    Key = "speak.hint"
	SpeakThis    Key = "speak.this"
	SpeakFollow  Key = "speak.follow"
	SpeakOff     Key = "speak.off"
	SpeakLouder  Key = "speak.louder"
	SpeakQuieter Key = "speak.quieter"
	SpeakResult  Key = "speak.result"
)

// What is read aloud to somebody who works the kiosk with keys.
const (
	SpeakButton      Key = "speak.button" // needs name
	SpeakPlace       Key = "speak.place"  // needs n, total
	SpeakBoxOn       Key = "speak.box-on" // needs name, as those below
	SpeakBoxOff      Key = "speak.box-off"
	SpeakField       Key = "speak.field" // needs value, too
	SpeakFieldEmpty  Key = "speak.field-empty"
	SpeakFieldSecret Key = "speak.field-secret" // needs n, too
	SpeakKeys        Key = "speak.keys"
	SpeakResultKeys  Key = "speak.result-keys"
	SpeakLeft        Key = "speak.left" // needs time
)
