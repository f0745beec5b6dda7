namespace MuLambda.Simulation;

/// <summary>Makes the specification's faults happen.</summary>
internal sealed class FaultInjection
{
    private readonly Topology _topology;
    private readonly Servers _servers;
    private readonly Forwarding _forwarding;
    private readonly Companions? _companions;

    public FaultInjection(
        Topology topology, EventQueue queue, Servers servers, Forwarding forwarding, Companions? companions)
    {
        (_topology, _servers, _forwarding, _companions) = (topology, servers, forwarding, companions);
        for (var i = 0; i < topology.Spec.Faults.Count; i++)
        {
            queue.Plan(topology.Spec.Faults[i].AtMs, EventKind.Fault, i, 0);
            if (topology.Spec.Faults[i].UntilMs is { } untilMs)
            {
                queue.Plan(untilMs, EventKind.Fault, i, 1);
            }
        }
    }

    public void Happen(int fault, bool begins)
    {
        switch (_topology.Spec.Faults[fault])
        {
            case ExecutorKilled killed when begins:
                _forwarding.Kill(killed.Executor, killed.NoticedAfterMs);
                break;
            case ExecutorKilled killed:
                _servers.Restart(killed.Executor);
                break;
            case ExecutorHung hung:
                _servers.Hang(hung.Executor, begins);
                break;
            case ExecutorSlowed slowed:
                _servers.Slow(slowed.Executor, begins ? slowed.Factor : 1);
                break;
            case NodeCutOff cut:
                _servers.CutOff(cut.Node, begins);
                if (begins)
                {
                    _companions?.CutOff(cut.Node);
                }

                break;
            case NodeDelayed delayed:
                _topology.SetExtraMs(delayed.Node, begins ? delayed.ExtraMs : 0);
                break;
            case var other:
                throw new NotSupportedException($"There is no way to make {other.GetType().Name} happen.");
        }
    }
}
