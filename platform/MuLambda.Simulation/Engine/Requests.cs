namespace MuLambda.Simulation;

/// <summary>The requests under way, in places that are used again.</summary>
internal sealed class Requests
{
    private Request[] _requests = new Request[64];
    private int _used;
    private int _free = -1;

    /// <summary>Requests under way.</summary>
    public int Count { get; private set; }

    public ref Request this[int request] => ref _requests[request];

    public int Take()
    {
        Count++;
        if (_free >= 0)
        {
            var free = _free;
            _free = _requests[free].Next;
            return free;
        }

        if (_used == _requests.Length)
        {
            Array.Resize(ref _requests, _used * 2);
        }

        _requests[_used].TimerMs = double.PositiveInfinity;
        return _used++;
    }

    public void Free(int request)
    {
        Count--;
        ref var place = ref _requests[request];
        place.Tried?.Clear();
        place.Assignment = null;
        place.Job = -1;
        place.AttemptEndMs = double.PositiveInfinity;
        place.Next = _free;
        _free = request;
    }
}
