namespace MuLambda.Simulation;

/// <summary>When a client sends requests, such as <see cref="ClosedLoop"/>.</summary>
public abstract record ClientLoad
{
    private protected ClientLoad()
    {
    }
}
