namespace MuLambda.Simulation;

/// <summary>When a client sends requests: <see cref="ClosedLoop"/> or <see cref="OpenLoop"/>.</summary>
public abstract record ClientLoad
{
    private protected ClientLoad()
    {
    }
}
