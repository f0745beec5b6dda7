namespace MuLambda.Simulation.Scaling;

/// <summary>Follows the replicas that are desired: how often that changed, and how often it turned.</summary>
/// <remarks>A turn is within a window when both changes are that it lies between: more replicas in a burst soon after there were fewer are one turn.</remarks>
/// <param name="fromMs">Changes before this are not counted.</param>
/// <param name="windowMs">The window in which turns are compared.</param>
internal sealed class DesiredReplicas(double fromMs, double windowMs)
{
    private readonly Queue<double> _turns = new();
    private int _direction;
    private double _changedMs = double.NegativeInfinity;

    public int Now { get; private set; }

    public int Changes { get; private set; }

    public int Turns { get; private set; }

    public int MostTurnsInWindow { get; private set; }

    public void Decided(double nowMs, int desired)
    {
        var direction = Math.Sign(desired - Now);
        Now = desired;
        if (direction == 0)
        {
            return;
        }

        var turned = _direction == -direction;
        _direction = direction;
        var beforeMs = _changedMs;
        _changedMs = nowMs;
        if (nowMs < fromMs)
        {
            return;
        }

        Changes++;
        if (!turned)
        {
            return;
        }

        Turns++;
        _turns.Enqueue(beforeMs);
        while (_turns.TryPeek(out var sinceMs) && sinceMs <= nowMs - windowMs)
        {
            _turns.Dequeue();
        }

        MostTurnsInWindow = Math.Max(MostTurnsInWindow, _turns.Count);
    }
}
