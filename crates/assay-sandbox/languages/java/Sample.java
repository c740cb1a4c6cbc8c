package assay;

import java.util.*;
import java.util.stream.*;

/** What programs use most, used once while the image is built, so that its classes go into the archive. */
final class Sample {
    public static void main(String[] arguments) throws Exception {
        Class.forName("assay.Guard");
        List<Integer> list = new ArrayList<>(Arrays.asList(3, 1, 2));
        Collections.sort(list);
        Map<String, Integer> map = new HashMap<>(new TreeMap<>(Map.of("a", 1)));
        for (Map.Entry<String, Integer> entry : map.entrySet()) list.add(entry.getValue());
        Set<Character> set = new LinkedHashSet<>(new HashSet<>(List.of('x')));
        String text = list.stream().map(String::valueOf).collect(Collectors.joining(",")) + set;
        StringBuilder builder = new StringBuilder(text).reverse();
        Deque<Integer> deque = new ArrayDeque<>(list);
        Optional<Integer> first = Optional.of(deque.peek());
        String line = String.format("%d %s %.2f", first.get(), builder, Math.sqrt(2));
        String[] words = line.split("\\s+");
        if (Objects.equals(words[0], "x") || !text.matches(".*")) throw new AssertionError();
        java.math.BigInteger big = java.math.BigInteger.TEN.pow(3);
        System.out.println(line + big + IntStream.range(0, 3).sum() + Arrays.toString(new int[] {1}));
    }
}
