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
