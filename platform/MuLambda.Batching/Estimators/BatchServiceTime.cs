namespace MuLambda.Batching;

/// <summary>
/// What a batch takes, by its examples and by how many batches run at a time, learned from answers: for each number of batches a line through the
/// means of size classes (powers of two), so that small batches are not forgotten while large ones come, nor the other way round.
/// </summary>
/// <remarks>
/// Of one batch more than pay so far it is hoped that it costs the others nothing, before it is tried and again a few hundred answers after it was, or sooner where
/// there is little to do or a trial of fewer took much less than before: what a machine did while it was warming up, or while others used it, says little
/// about now. A trial is a few batches. Not for concurrent use.
/// </remarks>
public sealed class BatchServiceTime
{
    /// <summary>The most batches at a time that are told apart.</summary>
    public const int MostInFlight = 8;

    private const int SizeClasses = 24;

    // How long what batches cost each other is relied on where a replica's capacity is reckoned.
    private const double LevelHalfLifeMs = 300_000;

    // Fewer answers than this (in weight) say too little of a number of batches.
    private const double LeastWeight = 2;

    // What a number of batches at a time begins with counts as much as so many answers of its own.
    private const double GuessWeight = 2;

    // More batches at a time have to finish what is there so much sooner, and where ideally they would hardly, bring so much of what they would if they cost each
    // other nothing. They mostly run beside each other in part only, so that one more than an executor runs side by side seems to bring something; and in a tie the
    // fewer leave later, with what came meanwhile.
    private const double WorthOneMore = 0.8;
    private const double LeastGain = 0.6;

    // Batches mostly run beside each other in part only, so where an executor runs one at a time two take hardly one and a half times as long as one. What it is to be
    // reckoned with for, more at a time have to finish so much sooner.
    private const double SurelyWorthOneMore = 0.6;

    // A trial that took so much less than what was known says that the machine is another one now.
    private const double MuchLess = 0.75;

    private readonly BatchSizeClass[,] _classes = new BatchSizeClass[MostInFlight, SizeClasses];
    private readonly BatchLine[] _lines = new BatchLine[MostInFlight];
    private readonly RatioDistribution _ratios = new();
    private readonly double _probability;
    private readonly InFlightTrial[] _trials = new InFlightTrial[MostInFlight];
    private long _answers;

    /// <summary>A model that has seen nothing.</summary>
    /// <param name="probability">How likely the largest batch of <see cref="LargestWithin"/> shall be in time, above 0 and below 1.</param>
    public BatchServiceTime(double probability)
    {
        if (probability is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "must be above 0 and below 1");
        }

        _probability = probability;
        Spread = _ratios.Quantile(probability);
    }

    /// <summary>Answers seen.</summary>
    public long Observations { get; private set; }

    /// <summary>Whether anything is known, by answers or from <see cref="BeginWith"/>.</summary>
    public bool KnowsAnything { get; private set; }

    /// <summary>The largest size that was seen, rounded down to a power of two; 0 before the first. Beyond twice of it the line is a guess.</summary>
    public int LargestSeen { get; private set; }

    /// <summary>How much longer than expected a batch takes, at most, with the wanted probability: a factor.</summary>
    public double Spread { get; private set; }

    /// <summary>Takes in an answer.</summary>
    /// <param name="items">The batch's examples.</param>
    /// <param name="inFlight">The batches that ran meanwhile, this one included.</param>
    /// <param name="tookMs">What it took, in milliseconds.</param>
    /// <param name="nowMs">The time, in milliseconds.</param>
    public void Observe(int items, int inFlight, double tookMs, double nowMs)
    {
        if (!(tookMs > 0) || double.IsInfinity(tookMs))
        {
            return;
        }

        var level = Math.Clamp(inFlight, 1, MostInFlight) - 1;
        if (_lines[level].Weight > 0)
        {
            _ratios.Observe(tookMs / Math.Max(_lines[level].At(items), 1e-6));
            Spread = Math.Max(1, _ratios.Quantile(_probability));
        }

        Observations++;
        KnowsAnything = true;
        LargestSeen = Math.Max(LargestSeen, 1 << ClassOf(items));
        ref var trial = ref _trials[level];
        if (trial.IsOver(++_answers))
        {
            trial = default;
        }

        if (trial.Answers < InFlightTrial.Whole)
        {
            trial = trial.With(_lines[level].Weight > 0 ? tookMs / Math.Max(_lines[level].At(items), 1e-6) : double.PositiveInfinity);
            if (trial.Answers == InFlightTrial.Whole)
            {
                // What is old is outweighed by a new trial. Where that took less, all that was known was of slower days: it keeps its shape, not its height.
                var factor = trial.Ratios / InFlightTrial.Whole;
                TakeAsGuess(this, level, Math.Min(1, factor), nowMs);
                if (factor < MuchLess)
                {
                    // What more at a time took is of slower days too.
                    Array.Clear(_trials, level + 1, MostInFlight - level - 1);
                }
            }
        }

        trial = trial with { LastAnswer = _answers };
        _classes[level, ClassOf(items)].Observe(items, tookMs, nowMs);
        _lines[level] = Fit(level, nowMs);
    }

    /// <summary>
    /// Begins with what batches take elsewhere, which is a better guess than none: in another executor of the same model. A few answers of its own outweigh it.
    /// </summary>
    /// <param name="other">What was learned there.</param>
    /// <param name="nowMs">The time, in milliseconds; of the same clock.</param>
    /// <exception cref="InvalidOperationException">Something is known already.</exception>
    public void BeginWith(BatchServiceTime other, double nowMs)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (KnowsAnything)
        {
            throw new InvalidOperationException("Something is known already.");
        }

        for (var level = 0; level < MostInFlight; level++)
        {
            TakeAsGuess(other, level, 1, nowMs);
            if (other._lines[level].Weight > 0)
            {
                // As known as the other knows it: what did not pay there is not tried first here.
                _lines[level] = Fit(level, nowMs) with { Weight = other._lines[level].Weight };
            }
        }

        _ratios.BeginWith(other._ratios);
        Spread = Math.Max(1, _ratios.Quantile(_probability));
        other._trials.CopyTo(_trials, 0);
        (_answers, LargestSeen, KnowsAnything) = (other._answers, other.LargestSeen, other.KnowsAnything);
    }

    /// <summary>What a batch is expected to take.</summary>
    /// <param name="items">Its examples.</param>
    /// <param name="inFlight">The batches at a time, this one included.</param>
    /// <param name="nowMs">The time, in milliseconds.</param>
    /// <returns>Milliseconds; 0 while nothing is known.</returns>
    public double ExpectedMs(double items, int inFlight, double nowMs)
    {
        var level = Math.Clamp(inFlight, 1, MostInFlight) - 1;
        return LineOf(level, nowMs).At(items);
    }

    /// <summary>What a batch takes as a line over its examples.</summary>
    /// <param name="inFlight">The batches at a time, this one included.</param>
    /// <param name="nowMs">The time, in milliseconds.</param>
    /// <returns>What it takes whatever its size, and what each example adds, in milliseconds; zeros while nothing is known.</returns>
    public (double BaseMs, double PerItemMs) LineAt(int inFlight, double nowMs)
    {
        var line = LineOf(Math.Clamp(inFlight, 1, MostInFlight) - 1, nowMs);
        return (line.BaseMs, line.PerItemMs);
    }

    /// <summary>
    /// What batches take when they go on to be of one size each, at the number of them at a time that answers the most: what to reckon a replica's capacity by.
    /// </summary>
    /// <param name="nowMs">The time, in milliseconds.</param>
    /// <returns>The batches at a time, and the line of each; zeros while nothing is known.</returns>
    /// <remarks>
    /// The line of several at a time is no answer to that: of a batch beside others it says what its own examples add, and beyond the sizes seen it leaves out that the
    /// others would be larger as well. But at the mean size the others are of that size too. So the line of the fewest at a time is taken, times what batches of
    /// the mean size took with more at a time relative to it. What nobody tried is not hoped for.
    /// </remarks>
    public (int InFlight, double BaseMs, double PerItemMs) Sustained(double nowMs)
    {
        var reference = 0;
        while (reference < MostInFlight && !(_lines[reference].Weight > 0))
        {
            reference++;
        }

        if (reference == MostInFlight)
        {
            return (1, 0, 0);
        }

        var line = _lines[reference];
        var (best, factor) = (reference + 1, 1.0);
        for (var level = reference + 1; level < MostInFlight; level++)
        {
            if (!IsKnown(level, nowMs))
            {
                continue;
            }

            var (meanItems, meanMs) = MeanOf(level, nowMs);
            var slower = Math.Max(1, meanMs / Math.Max(line.At(meanItems), 1e-9));
            if (slower * best < SurelyWorthOneMore * factor * (level + 1))
            {
                (best, factor) = (level + 1, slower);
            }
        }

        return (best, factor * line.BaseMs, factor * line.PerItemMs);
    }

    /// <summary>How likely a batch is answered in time.</summary>
    /// <param name="items">Its examples.</param>
    /// <param name="inFlight">The batches at a time, this one included.</param>
    /// <param name="withinMs">The time, in milliseconds.</param>
    /// <param name="nowMs">The time now, in milliseconds.</param>
    /// <returns>From 0 to 1; 1 while nothing is known.</returns>
    public double ProbabilityWithin(double items, int inFlight, double withinMs, double nowMs)
    {
        var expectedMs = ExpectedMs(items, inFlight, nowMs);
        return withinMs <= 0 ? 0 : expectedMs <= 0 ? 1 : _ratios.ShareWithin(withinMs / expectedMs);
    }

    /// <summary>The largest batch that is answered in time, with the wanted probability.</summary>
    /// <param name="withinMs">The time, in milliseconds.</param>
    /// <param name="inFlight">The batches at a time, this one included.</param>
    /// <param name="nowMs">The time now, in milliseconds.</param>
    /// <returns>Examples; 0 where not even one is.</returns>
    public int LargestWithin(double withinMs, int inFlight, double nowMs)
    {
        var line = LineOf(Math.Clamp(inFlight, 1, MostInFlight) - 1, nowMs);
        var spare = (withinMs / Spread) - line.BaseMs;
        return spare < line.PerItemMs ? (spare >= 0 && line.PerItemMs == 0 ? int.MaxValue : 0)
            : line.PerItemMs <= 0 ? int.MaxValue
            : (int)Math.Min(int.MaxValue, spare / line.PerItemMs);
    }

    /// <summary>How many batches at a time finish so many examples first, when they are divided evenly, by what is known.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="most">The most batches.</param>
    /// <param name="nowMs">The time, in milliseconds.</param>
    public int BestInFlight(double items, int most, double nowMs)
    {
        var (best, bestMs) = (1, ExpectedMs(items, 1, nowMs));
        for (var inFlight = 2; inFlight <= Math.Min(most, MostInFlight) && inFlight <= items; inFlight++)
        {
            if (_lines[inFlight - 1].Weight > 0 && ExpectedMs(items / inFlight, inFlight, nowMs) is var ms && ms < Worth(best, inFlight) * bestMs)
            {
                (best, bestMs) = (inFlight, ms);
            }
        }

        return best;
    }

    /// <summary>The same to act upon: by what was seen of late, and with a trial from time to time, so that more is known.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="most">The most batches.</param>
    /// <param name="isOverloaded">Whether there is too much to do: then trials are rare.</param>
    public int InFlightToTry(double items, int most, bool isOverloaded)
    {
        var since = _answers - InFlightTrial.Between(_answers, isOverloaded, items);
        var (best, bestMs) = (1, HopedLine(0, since).At(items));
        for (var inFlight = 2; inFlight <= Math.Min(most, MostInFlight) && inFlight <= items; inFlight++)
        {
            // One more than is known to pay is tried, no more: else a flood tries all at once, and what it learns of each is what the others did.
            if (!_trials[inFlight - 1].IsFresh(since) && (inFlight > best + 1 || !_trials[best - 1].IsFresh(since)))
            {
                break;
            }

            var ms = HopedLine(inFlight - 1, since).At(items / inFlight);
            if (ms < Worth(best, inFlight) * bestMs)
            {
                (best, bestMs) = (inFlight, ms);
            }
        }

        return best;
    }

    private static double Worth(int best, int inFlight) => Math.Max(WorthOneMore, 1 - (LeastGain * (1 - ((double)best / inFlight))));

    private static int ClassOf(int items) => Math.Min(SizeClasses - 1, 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)items));

    // What is known of a level, or else of the nearest known one below or above.
    private BatchLine LineOf(int level, double nowMs)
    {
        if (IsKnown(level, nowMs))
        {
            return _lines[level];
        }

        for (var distance = 1; distance < MostInFlight; distance++)
        {
            if (level - distance >= 0 && _lines[level - distance].Weight > 0)
            {
                return Beyond(level - distance, level);
            }

            if (level + distance < MostInFlight && _lines[level + distance].Weight > 0)
            {
                return Below(level + distance, level);
            }
        }

        return _lines[level];
    }

    // What is hoped of a level: what was seen of it of late, or else as much as the nearest one allows of which something was.
    private BatchLine HopedLine(int level, long since)
    {
        for (var distance = 0; distance < MostInFlight; distance++)
        {
            if (level - distance >= 0 && _trials[level - distance].IsFresh(since))
            {
                return distance == 0 ? _lines[level] : Beyond(level - distance, level);
            }

            if (level + distance < MostInFlight && _trials[level + distance].IsFresh(since))
            {
                return Below(level + distance, level);
            }
        }

        return _lines[level].Weight > 0 || level == 0 ? _lines[level] : HopedLine(level - 1, since);
    }

    // One more at a time is hoped to cost nothing; what nobody tried beyond that is not.
    private BatchLine Beyond(int known, int level) => _lines[known].Times(level == known + 1 ? 1 : (double)(level + 1) / (known + 2));

    // Fewer at a time are hoped to take as much less.
    private BatchLine Below(int known, int level) => _lines[known].Times((double)(level + 1) / (known + 1));

    private void TakeAsGuess(BatchServiceTime source, int level, double factor, double nowMs)
    {
        var total = 0.0;
        for (var i = 0; i < SizeClasses; i++)
        {
            total += source._classes[level, i].Weight;
        }

        for (var i = 0; i < SizeClasses && total > 0; i++)
        {
            _classes[level, i] = source._classes[level, i].Times(Math.Min(1, GuessWeight / total), factor, nowMs);
        }
    }

    private (double Items, double Ms) MeanOf(int level, double nowMs)
    {
        var (weight, items, ms) = (0.0, 0.0, 0.0);
        for (var i = 0; i < SizeClasses; i++)
        {
            ref readonly var one = ref _classes[level, i];
            if (one.Weight > 0)
            {
                var faded = one.WeightAt(nowMs);
                weight += faded;
                items += faded * one.MeanItems;
                ms += faded * one.MeanMs;
            }
        }

        return (items / Math.Max(weight, 1e-300), ms / Math.Max(weight, 1e-300));
    }

    private bool IsKnown(int level, double nowMs) =>
        _lines[level].Weight * Math.Pow(0.5, (nowMs - _lines[level].AtMs) / LevelHalfLifeMs) >= LeastWeight;

    private BatchLine Fit(int level, double nowMs)
    {
        var (w, wn, wt, wnn, wnt, total) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < SizeClasses; i++)
        {
            ref readonly var one = ref _classes[level, i];
            if (one.Weight <= 0)
            {
                continue;
            }

            // Relative errors count: else the largest batches would decide everything.
            var weight = one.WeightAt(nowMs);
            var relative = weight / (one.MeanMs * one.MeanMs);
            w += relative;
            wn += relative * one.MeanItems;
            wt += relative * one.MeanMs;
            wnn += relative * one.MeanItems * one.MeanItems;
            wnt += relative * one.MeanItems * one.MeanMs;
            total += weight;
        }

        // Where one size was seen only, twice as many examples are hoped to take a tenth longer, worth a tenth of an answer: so larger batches are tried.
        var (meanItems, meanMs) = (wn / w, wt / w);
        var supposed = 0.1 * w / Math.Max(total, 1e-9);
        Add(2 * meanItems, 1.1 * meanMs);

        var determinant = (w * wnn) - (wn * wn);
        var perItemMs = determinant > 1e-12 * w * wnn ? ((w * wnt) - (wn * wt)) / determinant : 0;
        var baseMs = (wt - (perItemMs * wn)) / w;
        if (perItemMs < 0)
        {
            (perItemMs, baseMs) = (0, wt / w);
        }
        else if (baseMs < 0)
        {
            (perItemMs, baseMs) = (wnt / wnn, 0);
        }

        return new BatchLine(baseMs, perItemMs, total, nowMs);

        void Add(double items, double ms)
        {
            w += supposed;
            wn += supposed * items;
            wt += supposed * ms;
            wnn += supposed * items * items;
            wnt += supposed * items * ms;
        }
    }
}
