namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>A piece of the run's time: the requests that were due in it, and the replicas at its end.</summary>
/// <param name="AtSeconds">Its begin, in seconds since the run's.</param>
/// <param name="Offered">The requests that were due.</param>
/// <param name="Good">Those of them that were answered within the objective.</param>
/// <param name="Late">Those that were answered beyond it.</param>
/// <param name="Failed">Those that were not answered.</param>
/// <param name="SlowestMs">The longest that one took to be answered, in milliseconds; 0 where none was.</param>
/// <param name="Desired">The replicas decided on.</param>
/// <param name="Starting">Those that did not serve yet.</param>
/// <param name="Ready">Those that served.</param>
/// <param name="Draining">Those that finished what they had.</param>
internal sealed record LiveScalingBin(
    double AtSeconds, int Offered, int Good, int Late, int Failed, double SlowestMs, int Desired, int Starting, int Ready, int Draining);
