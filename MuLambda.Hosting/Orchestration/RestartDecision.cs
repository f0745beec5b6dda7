namespace MuLambda.Hosting.Orchestration;

/// <summary>What becomes of a program that has ended.</summary>
/// <param name="Action">Which.</param>
/// <param name="Delay">How long to wait before it is started again.</param>
internal readonly record struct RestartDecision(RestartAction Action, TimeSpan Delay)
{
    public static readonly RestartDecision Finished = new(RestartAction.Finish, default);
    public static readonly RestartDecision GiveUp = new(RestartAction.GiveUp, default);

    public static RestartDecision RestartAfter(TimeSpan delay) => new(RestartAction.Restart, delay);
}
