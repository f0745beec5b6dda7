namespace MuLambda.Simulation.Coordinates;

/// <summary>How coordinates follow a network that changes.</summary>
/// <param name="Matrix">The network's name.</param>
/// <param name="Event">What happens: <c>churn</c> (a share of the nodes is replaced at once) or <c>routes</c> (those to a share of the nodes change).</param>
/// <param name="Share">The share.</param>
/// <param name="Round">How many rounds after it; 0 is at once.</param>
/// <param name="Errors">The errors between nodes that do not probe each other.</param>
public sealed record DynamicsRow(string Matrix, string Event, double Share, int Round, ErrorPercentiles Errors);
