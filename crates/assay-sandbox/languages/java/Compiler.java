package assay;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The resident compiler: reads frames of JSON on descriptor 0, each {"source": text}, and answers each with {"ok",
 * "diagnostics", "classes": {name: base64}}. Neither sources nor classes touch a disk, and no annotation processor runs.
 */
final class Compiler {
    private static final List<String> OPTIONS =
            List.of("-proc:none", "-Xlint:none", "-nowarn", "-g:source,lines", "-Xmaxerrs", "12", "-classpath", "/usr/share/java/javatuples.jar");
    private static final String WARM =
            "import java.util.*; import java.util.stream.*; class Warm { static List<Integer> f(List<Integer> x) {"
                    + " return x.stream().map(y -> y + 1).sorted().collect(Collectors.toList()); }"
                    + " static String g(Map<String, Integer> m) { StringBuilder b = new StringBuilder(); for (var e : m.entrySet()) b.append(e.getKey());"
                    + " int[] a = {1}; assert a.length == 1 && Objects.equals(a, a) : Arrays.toString(a); return String.format(\"%s\", b); } }";

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files =
            compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws IOException {
        Compiler service = new Compiler();
        for (int round = 0; round < 6; round++) {
            service.answer(WARM);
        }
        DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
        DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (IOException end) {
                return;
            }
            byte[] body = new byte[length];
            in.readFully(body);
            String answer;
            try {
                answer = service.answer(text(new String(body, StandardCharsets.US_ASCII)));
            } catch (StackOverflowError | OutOfMemoryError | RuntimeException error) {
                answer = "{\"ok\":false,\"diagnostics\":" + quoted("the compiler gave up: " + error) + "}";
            }
            byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
        }
    }

    private String answer(String source) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        Made made = new Made(files);
        JavaFileObject unit = new SimpleJavaFileObject(URI.create("string:///Main.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignored) {
                return source;
            }
        };
        StringBuilder spare = new StringBuilder();
        boolean ok = compiler.getTask(new java.io.StringWriter(), made, found, OPTIONS, null, List.of(unit)).call();
        for (Diagnostic<? extends JavaFileObject> one : found.getDiagnostics()) {
            if (one.getKind() == Diagnostic.Kind.ERROR) {
                spare.append("Main.java:").append(one.getLineNumber()).append(": error: ").append(one.getMessage(Locale.ROOT)).append('\n');
            }
        }
        StringBuilder answer = new StringBuilder("{\"ok\":").append(ok).append(",\"diagnostics\":").append(quoted(spare.toString()));
        answer.append(",\"classes\":{");
        String comma = "";
        if (ok) {
            for (Made.Output output : made.outputs) {
                answer.append(comma).append(quoted(output.name)).append(":\"");
                answer.append(Base64.getEncoder().encodeToString(output.bytes.toByteArray())).append('"');
                comma = ",";
            }
        }
        return answer.append("}}").toString();
    }

    /** The one text of a message: all else in it is ASCII that we know. */
    private static String text(String json) {
        int at = json.indexOf(':');
        at = json.indexOf('"', at) + 1;
        StringBuilder text = new StringBuilder(json.length());
        while (json.charAt(at) != '"') {
            char c = json.charAt(at++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            c = json.charAt(at++);
            switch (c) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'u' -> {
                    text.append((char) Integer.parseInt(json, at, at + 4, 16));
                    at += 4;
                }
                default -> text.append(c);
            }
        }
        return text.toString();
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** Keeps classes in memory. */
    private static final class Made extends ForwardingJavaFileManager<JavaFileManager> {
        final List<Output> outputs = new ArrayList<>();

        Made(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location where, String name, JavaFileObject.Kind kind, FileObject from) {
            Output output = new Output(name);
            outputs.add(output);
            return output;
        }

        static final class Output extends SimpleJavaFileObject {
            final String name;
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

            Output(String name) {
                super(URI.create("memory:///" + name.replace('.', '/') + ".class"), JavaFileObject.Kind.CLASS);
                this.name = name;
            }

            @Override
            public OutputStream openOutputStream() {
                return bytes;
            }
        }
    }
}
