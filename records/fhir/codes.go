package fhir

import "aidpost/records/vitals"

// Code systems.
const (
	loinc           = "http://loinc.org"
	snomed          = "http://snomed.info/sct"
	ucum            = "http://unitsofmeasure.org"
	mdc             = "urn:iso:std:iso:11073:10101"
	categories      = "http://terminology.hl7.org/CodeSystem/observation-category"
	interpretations = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
	absentReasons   = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
)

// Extensions of Observation that R4 itself defines.
const (
	gatewayDevice = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice"
	bodyPosition  = "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition"
)

// Codings of what is measured. The first one is what the R4 profile fixes.
var (
	pressurePanel = []Coding{
		{loinc, "85354-9", "Blood pressure panel with all children optional"},
		{mdc, "150020", "MDC_PRESS_BLD_NONINV"},
	}
	meanPressurePanel = []Coding{{loinc, "96607-7", "Blood pressure panel mean systolic and mean diastolic"}}
	systolic          = []Coding{
		{loinc, "8480-6", "Systolic blood pressure"}, {mdc, "150021", "MDC_PRESS_BLD_NONINV_SYS"},
	}
	diastolic = []Coding{
		{loinc, "8462-4", "Diastolic blood pressure"}, {mdc, "150022", "MDC_PRESS_BLD_NONINV_DIA"},
	}
	meanArterial = []Coding{
		{loinc, "8478-0", "Mean blood pressure"}, {mdc, "150023", "MDC_PRESS_BLD_NONINV_MEAN"},
	}
	meanSystolic  = []Coding{{loinc, "96608-5", "Systolic blood pressure mean"}}
	meanDiastolic = []Coding{{loinc, "96609-3", "Diastolic blood pressure mean"}}

	cuffPulse = []Coding{
		{loinc, "8867-4", "Heart rate"}, {mdc, "149546", "MDC_PULS_RATE_NON_INV"},
	}
	oximeterPulse = []Coding{
		{loinc, "8867-4", "Heart rate"}, {loinc, "8889-8", "Heart rate by Pulse oximetry"},
		{mdc, "149530", "MDC_PULS_OXIM_PULS_RATE"},
	}
	saturation = []Coding{
		{loinc, "2708-6", "Oxygen saturation in Arterial blood"},
		{loinc, "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"},
		{mdc, "150456", "MDC_PULS_OXIM_SAT_O2"},
	}
	perfusion = []Coding{
		{loinc, "61006-3", "Perfusion index Tissue by Pulse oximetry"},
		{mdc, "150448", "MDC_PULS_OXIM_PERF_REL"},
	}
)

// plainCodes are the codes of measures that are one value alone, where nothing but
// the measure decides. The laboratory's are of whole blood, as strips test it.
var plainCodes = map[vitals.Measure][]Coding{
	vitals.Weight:           {{loinc, "29463-7", "Body weight"}, {mdc, "188736", "MDC_MASS_BODY_ACTUAL"}},
	vitals.Temperature:      {{loinc, "8310-5", "Body temperature"}, {mdc, "150364", "MDC_TEMP_BODY"}},
	vitals.Ketone:           {{loinc, "104816-4", "Beta hydroxybutyrate [Moles/volume] in Blood"}},
	vitals.Urate:            {{loinc, "98981-4", "Urate [Mass/volume] in Blood"}},
	vitals.TotalCholesterol: {{loinc, "35200-5", "Cholesterol [Mass/volume] in Blood"}},
	vitals.PackedCells:      {{loinc, "20570-8", "Hematocrit [Volume Fraction] of Blood"}},
	vitals.HbA1c:            {{loinc, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"}},
}

// bodyHeight is the code of a height that a scale tells beside the weight.
var bodyHeight = []Coding{{loinc, "8302-2", "Body height"}, {mdc, "188740", "MDC_LEN_BODY_ACTUAL"}}

// glucoseCodes are chosen by the property that the unit measures, mass or
// substance, and by whether the person had fasted; a mass code with mmol/L, or
// the reverse, is a defect. No MDC code is given: whether it is of whole blood
// or of plasma depends on how the very meter is calibrated.
var glucoseCodes = map[vitals.Unit]struct{ any, fasting Coding }{
	vitals.MgPerDL: {
		Coding{loinc, "41653-7", "Glucose [Mass/volume] in Capillary blood by Glucometer"},
		Coding{loinc, "41604-0", "Fasting glucose [Mass/volume] in Capillary blood by Glucometer"},
	},
	vitals.MmolPerL: {
		Coding{loinc, "14743-9", "Glucose [Moles/volume] in Capillary blood by Glucometer"},
		Coding{loinc, "14770-2", "Fasting glucose [Moles/volume] in Capillary blood by Glucometer"},
	},
}

// deviceTypes are the device specialisations of ISO/IEEE 11073.
var deviceTypes = map[vitals.Panel]Coding{
	vitals.BloodPressure: {mdc, "528391", "MDC_DEV_SPEC_PROFILE_BP"},
	vitals.Oximetry:      {mdc, "528388", "MDC_DEV_SPEC_PROFILE_PULS_OXIM"},
	vitals.BloodGlucose:  {mdc, "528401", "MDC_DEV_SPEC_PROFILE_GLUCOSE"},

	vitals.BodyTemperature: {mdc, "528392", "MDC_DEV_SPEC_PROFILE_TEMP"},
	vitals.BodyWeight:      {mdc, "528399", "MDC_DEV_SPEC_PROFILE_SCALE"},
}

var (
	firmware       = CodeableConcept{Coding: []Coding{{mdc, "531976", ""}}, Text: "firmware"}
	capillaryBlood = CodeableConcept{Coding: []Coding{{snomed, "122554006", "Capillary blood specimen"}}}
	oscillometry   = CodeableConcept{Text: "oscillometric"}
	pulseOximetry  = CodeableConcept{Coding: []Coding{{snomed, "252465000", "Pulse oximetry"}}}
	sitting        = CodeableConcept{Coding: []Coding{{snomed, "33586001", "Sitting position"}}}
	mealContext    = "meal-context"
	enteredByHand  = "entered by hand"
)

// The kinds of result that a panel gives.
var (
	vitalSigns = Coding{categories, "vital-signs", "Vital Signs"}
	laboratory = Coding{categories, "laboratory", "Laboratory"}
)

// category says which kind of result a panel gives; what is found in blood is
// never a vital sign.
func category(p vitals.Panel) Coding {
	switch p {
	case vitals.BloodPressure, vitals.Oximetry, vitals.BodyTemperature, vitals.BodyWeight:
		return vitalSigns
	}
	return laboratory
}

// unitName is how a unit is shown.
func unitName(u vitals.Unit) string {
	if u == vitals.PerMinute {
		return "beats/minute"
	}
	return u.Symbol()
}

// flagNotes say a caution in words for whoever reads the record.
var flagNotes = map[vitals.Flag]string{
	vitals.IrregularPulse: "The pulse was marked as irregular.",
	vitals.WaveDiffers:    "The pulse wave beats at another rate than the oximeter's number says.",
	vitals.Movement:       "There was movement during the measurement.",
	vitals.LowPerfusion:   "The perfusion was low.",
	vitals.WidePulse:      "The difference of the two pressures is unusual.",
	vitals.StoredReading:  "The result was stored for more than a day before it was read.",
	vitals.ClockDoubt:     "The time was corrected, or could not be checked, by the instrument's clock.",
	vitals.BackEntered:    "The value was written on paper, and typed in later.",
	vitals.TimeDoubt:      "Whoever wrote the value down was not sure of the time.",
	vitals.Overridden:     "Quality control had locked the instrument out; a supervisor let it measure all the same.",
}

// Code systems of what surrounds observations.
const (
	actCodes         = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	identifierTypes  = "http://terminology.hl7.org/CodeSystem/v2-0203"
	diagnosticFields = "http://terminology.hl7.org/CodeSystem/v2-0074"
	messageKinds     = "http://terminology.hl7.org/CodeSystem/communication-category"
	operations       = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
	participants     = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
	participations   = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
	languages        = "urn:ietf:bcp:47"
	phone            = "phone" // of contact-point-system
)

var (
	ambulatory   = Coding{actCodes, "AMB", "ambulatory"}
	recordNumber = CodeableConcept{Coding: []Coding{{identifierTypes, "MR", "Medical record number"}}}
	guestNumber  = CodeableConcept{Text: "kiosk anonymous"}
	gateway      = CodeableConcept{Coding: []Coding{{mdc, "531981", "MDC_MOC_VMS_MDS_AHD"}}}
	software     = CodeableConcept{Coding: []Coding{{mdc, "531975", ""}}, Text: "software"}
	selfService  = CodeableConcept{Text: "Self-service vital signs check"}
	byStaff      = CodeableConcept{Text: "Vital signs check by staff"}
	vitalsReport = CodeableConcept{Coding: []Coding{{loinc, "85353-1", "Vital signs, weight, height, head circumference, oxygen saturation and BMI panel"}}}
	bloodReport  = CodeableConcept{Coding: []Coding{{loinc, "11502-2", "Laboratory report"}}}
	otherReport  = CodeableConcept{Coding: []Coding{{diagnosticFields, "OTH", "Other"}}}
	labReport    = CodeableConcept{Coding: []Coding{{diagnosticFields, "LAB", "Laboratory"}}}
	alert        = CodeableConcept{Coding: []Coding{{messageKinds, "alert", "Alert"}}}
	dataCreated  = CodeableConcept{Coding: []Coding{{operations, "CREATE", "create"}}}
	dataUpdated  = CodeableConcept{Coding: []Coding{{operations, "UPDATE", "revise"}}}
	assembler    = CodeableConcept{Coding: []Coding{{participants, "assembler", "Assembler"}}}
	author       = CodeableConcept{Coding: []Coding{{participants, "author", "Author"}}}
	referrer     = CodeableConcept{Coding: []Coding{{participations, "REF", "referrer"}}}
	custodian    = CodeableConcept{Coding: []Coding{{participants, "custodian", "Custodian"}}}
)

// What is said of a document.
const (
	pdf       = "application/pdf"
	documents = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
)

var (
	vitalsDocument = CodeableConcept{Coding: []Coding{{loinc, "8716-3", "Vital signs"}}}
	clinicalNote   = CodeableConcept{Coding: []Coding{{documents, "clinical-note", "Clinical Note"}}}
)
