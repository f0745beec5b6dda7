namespace MuLambda.Scaling;

/// <summary>An executor as it shall be.</summary>
/// <param name="Id">Its id, which is decided before it is launched: launching it again under the same id launches nothing.</param>
/// <param name="Models">What it serves; empty for one that is started so that a later launch finds a process.</param>
public sealed record LaunchSpec(string Id, IReadOnlyList<PlacedModel> Models);
