namespace MuLambda.Selection;

/// <summary>
/// For how long a model's executors have not answered: what one of them has been silent for, the others would take as well. Asked for rising
/// rows, it reads each once, because the rows of one model are neighbours.
/// </summary>
internal ref struct SilenceOfModel(CandidateGroup group, Scratch scratch, double nowMs)
{
    private readonly int _now = Clock.Of(nowMs);
    private ModelTrack? _model;
    private float _silentMs;

    /// <summary>The longest silence, in milliseconds; 0 where no executor of the row's model has a request.</summary>
    public float MsAt(int row)
    {
        var model = group.Candidates[row].Track.Model;
        if (model == _model)
        {
            return _silentMs;
        }

        (_model, _silentMs) = (model, 0);
        var columns = group.Columns;
        for (var peer = row; peer < columns.Count && group.Candidates[peer].Track.Model == model; peer++)
        {
            if (columns.InFlight[peer] > 0)
            {
                _silentMs = Math.Max(_silentMs, unchecked(_now - columns.QuietSinceMs[peer]) - scratch.RttMs[peer]);
            }
        }

        return _silentMs;
    }
}
