namespace MuLambda.Scaling;

/// <summary>An option of a scaling policy.</summary>
/// <param name="Name">Its name, as deployments state it.</param>
/// <param name="Default">What holds where a deployment says nothing.</param>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
/// <param name="Help">What it does, in one line.</param>
public sealed record PolicyOption(string Name, double Default, double Min, double Max, string Help);
