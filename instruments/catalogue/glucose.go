package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/arkray"
	"aidpost/instruments/astm"
	"aidpost/instruments/onetouch"
	"aidpost/instruments/taidoc"
)

// glucose are the glucose meters and the analysers.
func glucose() []instruments.Driver {
	return []instruments.Driver{
		onetouch.Ultra2(),
		onetouch.Ultra(),
		taidoc.New(),
		astm.NewContour(),
		arkray.NewExpression(),
		arkray.NewVital(),
		astm.NewAnalyser(),
	}
}
