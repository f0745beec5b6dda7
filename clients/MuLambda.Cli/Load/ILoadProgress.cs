using MuLambda.Load;

namespace MuLambda.Cli.Load;

/// <summary>Is told how a load goes.</summary>
internal interface ILoadProgress
{
    /// <summary>A target's run begins.</summary>
    void Begin(string target, LoadPlan plan);

    /// <summary>Another second has passed.</summary>
    void Report(LoadSnapshot snapshot);
}
