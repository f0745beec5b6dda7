namespace MuLambda.Selection;

/// <summary>What is believed of a model's accuracy.</summary>
/// <param name="Mean">What it is expected to be, from 0 to 1.</param>
/// <param name="Deviation">How uncertain that is: a standard deviation.</param>
/// <param name="Doubt">
/// What chance in too few answers may have hidden, where the declared value turned out not to be reliable: a standard error. 0 where it
/// is reliable.
/// </param>
/// <param name="MostHope">What may be hoped for beyond the mean, at most: no model is better than it declares until its answers say so.</param>
/// <param name="Proven">What bounds are held against: the declared value, corrected by feedback only.</param>
/// <param name="Answers">The confidences and scores it rests on; 0 for the declared value alone.</param>
public readonly record struct AccuracyEstimate(double Mean, double Deviation, double Doubt, double MostHope, double Proven, long Answers);
