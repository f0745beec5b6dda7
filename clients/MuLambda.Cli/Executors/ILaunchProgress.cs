namespace MuLambda.Cli.Executors;

/// <summary>Is told how a launch goes.</summary>
internal interface ILaunchProgress
{
    /// <summary>The catalog has changed.</summary>
    void Report(LaunchView view);
}
