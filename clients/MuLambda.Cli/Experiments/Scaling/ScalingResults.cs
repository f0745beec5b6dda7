using MuLambda.Simulation.Scaling;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>All that a report is made of.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Cells">What came of it.</param>
internal sealed record ScalingResults(ScalingExperiment Plan, IReadOnlyList<ScalingCell> Cells)
{
    /// <summary>Seeds where none are given.</summary>
    public static IReadOnlyList<long> DefaultSeeds { get; } = [1, 2, 3, 4, 5];

    /// <summary>The aims that can be checked.</summary>
    public IReadOnlyList<ScalingAim> Aims { get; } = ScalingAims.Check(Cells);

    /// <summary>The runs, those of the tuned policy included.</summary>
    public int Count => Cells.Sum(cell => cell.Policies.Concat(cell.Tuning).Sum(policy => policy.Runs.Count));

    /// <summary>The command that gives these results, without what is the default.</summary>
    public string Command
    {
        get
        {
            var words = new List<string> { "mulambda experiment scaling" };
            Add("--traces", Plan.Traces.Select(trace => trace.Name), ScalingTraces.All.Select(trace => trace.Name));
            Add("--models", Plan.Models.Select(model => model.Name), ScaledModels.All.Select(model => model.Name));
            Add("--policies", Plan.Policies, ScalingPolicySet.Names);
            Add("--seeds", Plan.Seeds, DefaultSeeds);
            return string.Join(' ', words);

            void Add<T>(string option, IEnumerable<T> values, IEnumerable<T> defaults)
            {
                if (!values.SequenceEqual(defaults))
                {
                    words.Add($"{option} {string.Join(',', values)}");
                }
            }
        }
    }
}
