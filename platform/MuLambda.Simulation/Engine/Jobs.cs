namespace MuLambda.Simulation;

/// <summary>The jobs under way, in places that are used again.</summary>
internal sealed class Jobs
{
    private Job[] _jobs = new Job[64];
    private int _used;
    private int _free = -1;

    /// <summary>Places in use or used before.</summary>
    public int Places => _used;

    public ref Job this[int job] => ref _jobs[job];

    public int Take()
    {
        int job;
        if (_free >= 0)
        {
            job = _free;
            _free = _jobs[job].Next;
        }
        else
        {
            if (_used == _jobs.Length)
            {
                Array.Resize(ref _jobs, _used * 2);
            }

            job = _used++;
        }

        return job;
    }

    public void Free(int job)
    {
        ref var place = ref _jobs[job];
        place = new Job { Generation = place.Generation + 1, Request = -1, Next = _free };
        _free = job;
    }
}
