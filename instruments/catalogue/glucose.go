package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/arkray"
	"aidpost/instruments/astm"
	"aidpost/instruments/codefree"
	"aidpost/instruments/freestyle"
	"aidpost/instruments/isens"
	"aidpost/instruments/lifescan"
	"aidpost/instruments/menarini"
	"aidpost/instruments/onetouch"
	"aidpost/instruments/taidoc"
)

// glucose are the glucose meters and the analysers.
func glucose() []instruments.Driver {
	return []instruments.Driver{
		onetouch.Ultra2(),
		onetouch.Ultra(),
		lifescan.VerioIQ(),
		lifescan.UltraEasy(),
		taidoc.New(),
		astm.NewContour(),
		arkray.NewExpression(),
		arkray.NewVital(),
		isens.NewCareSens(),
		isens.NewShine(),
		menarini.Areo(),
		menarini.GlucoFix(),
		freestyle.Optium(),
		freestyle.Lite(),
		codefree.New(),
		astm.NewAnalyser(),
	}
}
