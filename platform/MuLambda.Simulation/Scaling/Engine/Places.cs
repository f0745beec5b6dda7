namespace MuLambda.Simulation.Scaling;

/// <summary>The places for replicas, which all deployments share.</summary>
/// <param name="free">How many there are.</param>
internal sealed class Places(int free)
{
    private int _free = free;

    public bool TryTake()
    {
        if (_free == 0)
        {
            return false;
        }

        _free--;
        return true;
    }

    public void Return() => _free++;
}
