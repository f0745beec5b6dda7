namespace MuLambda.Simulation.Scaling;

/// <summary>Follows the replicas that are desired: how often that changed, and how often it turned.</summary>
/// <param name="fromMs">Changes before this are not counted.</param>
/// <param name="windowMs">The window in which turns are compared.</param>
internal sealed class DesiredReplicas(double fromMs, double windowMs)
{
    private readonly Queue<double> _turns = new();
    private int _direction;

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
        _turns.Enqueue(nowMs);
        while (_turns.Peek() <= nowMs - windowMs)
        {
            _turns.Dequeue();
        }

        MostTurnsInWindow = Math.Max(MostTurnsInWindow, _turns.Count);
    }
}
