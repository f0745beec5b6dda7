namespace MuLambda.Selection;

/// <summary>
/// Learns how accurate a model is from three sources: the declared value, the confidences it answers with, and feedback on how
/// right its answers were.
/// </summary>
/// <remarks>
/// Feedback is unbiased. Confidences are biased by an amount that is unknown (calibration; Guo et al. 2017), a few hundredths for a sound model,
/// and that the answers with both a confidence and a score measure. The declared value either describes the
/// requests well, or it has little to do with them: two hypotheses, of equal probability before the first answer, whose
/// odds follow from how far the answers lie from it. The estimate is the mean over both (a mixture of two normal priors). So a
/// sound model keeps its measured accuracy although it is a little over-confident, and one whose declared value is fiction loses
/// it within a few answers. Writers take a short lock; readers take none.
/// </remarks>
public sealed class AccuracyEstimator
{
    // Standard deviations: of declared values that describe the requests, of those that do not, of calibration.
    private const double SoundDeviation = 0.02;
    private const double UnsoundDeviation = 0.5;
    private const double CalibrationDeviation = 0.03;

    // Answers remembered, and what is supposed of their variance until there are some.
    private const double Memory = 500;
    private const double VarianceGuess = 0.01;
    private const double GuessStrength = 2;

    // Answers with both figures after which the calibration is half known.
    private const double CalibrationStrength = 10;

    private readonly Lock _gate = new();
    private double _declared;
    private RunningMean _confidence = new(Memory);
    private RunningMean _score = new(Memory);
    private RunningMean _overconfidence = new(Memory);
    private readonly Published<AccuracyEstimate> _current;
    private long _answers;

    /// <summary>An estimator that has seen nothing.</summary>
    /// <param name="declared">The accuracy that the catalog declares, from 0 to 1.</param>
    public AccuracyEstimator(double declared)
    {
        _declared = declared;
        _current = new Published<AccuracyEstimate>(new AccuracyEstimate(declared, SoundDeviation, 0, 0, declared, 0));
    }

    /// <summary>What is believed now.</summary>
    public AccuracyEstimate Current => _current.Value;

    /// <summary>The catalog declares another value.</summary>
    /// <param name="accuracy">The value, from 0 to 1.</param>
    internal void Declare(double accuracy)
    {
        lock (_gate)
        {
            if (accuracy != _declared)
            {
                _declared = accuracy;
                Conclude();
            }
        }
    }

    /// <summary>Takes in how sure the model was of an answer.</summary>
    /// <param name="confidence">From 0 to 1; anything else is ignored.</param>
    public void ObserveConfidence(double confidence)
    {
        if (confidence is >= 0 and <= 1)
        {
            lock (_gate)
            {
                _confidence.Observe(confidence);
                _answers++;
                Conclude();
            }
        }
    }

    /// <summary>Takes in how right an answer was.</summary>
    /// <param name="score">From 0 for wrong to 1 for right; anything else is ignored.</param>
    /// <param name="confidence">How sure the model had been; null where it did not say.</param>
    public void ObserveScore(double score, double? confidence = null)
    {
        if (score is >= 0 and <= 1)
        {
            lock (_gate)
            {
                _score.Observe(score);
                _answers++;
                if (confidence is { } sure and >= 0 and <= 1)
                {
                    _overconfidence.Observe(sure - score);
                }

                Conclude();
            }
        }
    }

    private void Conclude()
    {
        if (_answers == 0)
        {
            _current.Replace(new AccuracyEstimate(_declared, SoundDeviation, 0, 0, _declared, 0));
            return;
        }

        var (precision, weighted, samplingVariance) = (0.0, 0.0, 0.0);
        if (_confidence.Weight > 0)
        {
            var known = _overconfidence.Weight / (_overconfidence.Weight + CalibrationStrength);
            var sampling = _confidence.Variance(VarianceGuess, GuessStrength) / _confidence.Weight;
            var variance = sampling + (CalibrationDeviation * CalibrationDeviation * (1 - known));
            if (_overconfidence.Weight > 0)
            {
                variance += known * known * _overconfidence.Variance(VarianceGuess, GuessStrength) / _overconfidence.Weight;
            }

            precision = 1 / variance;
            weighted = (_confidence.Mean - (known * _overconfidence.Mean)) / variance;
            samplingVariance = sampling;
        }

        var proven = _declared;
        if (_score.Weight > 0)
        {
            var variance = _score.Variance(0.1, GuessStrength) / _score.Weight;
            precision += 1 / variance;
            weighted += _score.Mean / variance;
            samplingVariance = samplingVariance > 0 ? 1 / ((1 / samplingVariance) + (1 / variance)) : variance;
            proven = Math.Clamp(Mix(_score.Mean, variance).Mean, 0, 1);
        }

        var (mean, deviation, unsound) = Mix(weighted / precision, 1 / precision);
        mean = Math.Clamp(mean, 0, 1);
        _current.Replace(
            new AccuracyEstimate(mean, deviation, unsound * Math.Sqrt(samplingVariance), Math.Max(0, _declared - mean), proven, _answers));
    }

    // What the answers (their mean, and its variance) say of the declared value, and it of them.
    private (double Mean, double Deviation, double Unsound) Mix(double seen, double variance)
    {
        var difference = seen - _declared;
        var (sound, unsound) = (SoundDeviation * SoundDeviation, UnsoundDeviation * UnsoundDeviation);
        var odds = Math.Sqrt((sound + variance) / (unsound + variance))
            * Math.Exp(0.5 * difference * difference * ((1 / (sound + variance)) - (1 / (unsound + variance))));
        var isUnsound = double.IsInfinity(odds) ? 1 : odds / (1 + odds);
        var mean = _declared
            + (difference * (((1 - isUnsound) * sound / (sound + variance)) + (isUnsound * unsound / (unsound + variance))));
        var posterior = ((1 - isUnsound) * sound * variance / (sound + variance))
            + (isUnsound * unsound * variance / (unsound + variance));
        return (mean, Math.Sqrt(posterior), isUnsound);
    }
}
