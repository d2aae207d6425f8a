package words

// What FHIR calls the records of a visit and what they say, see Lang.Resource and
// Lang.Element.
const (
	FHIRPatient                  Key = "fhir.Patient"
	FHIREncounter                Key = "fhir.Encounter"
	FHIRObservation              Key = "fhir.Observation"
	FHIRDiagnosticReport         Key = "fhir.DiagnosticReport"
	FHIRDocumentReference        Key = "fhir.DocumentReference"
	FHIRBinary                   Key = "fhir.Binary"
	FHIRDevice                   Key = "fhir.Device"
	FHIRDeviceMetric             Key = "fhir.DeviceMetric"
	FHIRPractitioner             Key = "fhir.Practitioner"
	FHIRPractitionerRole         Key = "fhir.PractitionerRole"
	FHIROrganization             Key = "fhir.Organization"
	FHIRLocation                 Key = "fhir.Location"
	FHIRProvenance               Key = "fhir.Provenance"
	FHIRAuditEvent               Key = "fhir.AuditEvent"
	FHIRCommunication            Key = "fhir.Communication"
	FHIRConsent                  Key = "fhir.Consent"
	FHIRElementStatus            Key = "fhir.status"
	FHIRElementIssued            Key = "fhir.issued"
	FHIRElementEffectiveDateTime Key = "fhir.effectiveDateTime"
	FHIRElementEffectivePeriod   Key = "fhir.effectivePeriod"
	FHIRElementPeriod            Key = "fhir.period"
	FHIRElementInterpretation    Key = "fhir.interpretation"
	FHIRElementMethod            Key = "fhir.method"
	FHIRElementBodySite          Key = "fhir.bodySite"
	FHIRElementNote              Key = "fhir.note"
	FHIRElementPerformer         Key = "fhir.performer"
	FHIRElementDevice            Key = "fhir.device"
	FHIRElementSubject           Key = "fhir.subject"
	FHIRElementDataAbsentReason  Key = "fhir.dataAbsentReason"
	FHIRElementFamily            Key = "fhir.family"
	FHIRElementGiven             Key = "fhir.given"
	FHIRElementBirthDate         Key = "fhir.birthDate"
	FHIRElementGender            Key = "fhir.gender"
)

// Resource is what a record on a server is, with its name in FHIR, by which whoever runs
// the server knows it. One that has no words stands by that name.
func (l Lang) Resource(kind string) string {
	if text, known := l.fhir(kind); known {
		return text + " (" + l.isolate(kind) + ")"
	}
	return l.isolate(kind)
}

// Element is what a part of such a record says; one that has no words stands by its name.
func (l Lang) Element(name string) string {
	if text, known := l.fhir(name); known {
		return text
	}
	return l.isolate(name)
}

func (l Lang) fhir(name string) (text string, known bool) {
	key := coded("fhir", name)
	text = l.T(key)
	return text, text != string(key)
}
