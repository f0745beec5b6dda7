using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>The processes of live runs.</summary>
/// <param name="Schedule">Which models run where.</param>
/// <param name="Network">How far the nodes are away.</param>
/// <param name="Seed">Where chance begins: the models' jitter.</param>
internal sealed record LiveSetup(PaperSchedule Schedule, PaperNetwork Network, long Seed);
