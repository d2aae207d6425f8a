package words

// Quality control, as staff see it.
const (
	QCPassport      Key = "qc.passport"
	QCPassportAbout Key = "qc.passport-about" // needs name
	QCSamples       Key = "qc.samples"
	QCSample        Key = "qc.sample"
	QCExpected      Key = "qc.expected"
)
